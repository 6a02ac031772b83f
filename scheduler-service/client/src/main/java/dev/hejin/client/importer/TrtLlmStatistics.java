package dev.hejin.client.importer;

import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import dev.hejin.client.tensor.SafetensorsFile;
import dev.hejin.client.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Expert statistics of TensorRT-LLM ({@code EXPERT_STATISTIC_PATH}): a folder with {@code
 * meta_info.json} ({@code num_experts}) and a file {@code rank<r>.safetensors} for each rank, whose
 * tensors {@code "<iteration>_<layer>"} count tokens by expert. Iterations and ranks are summed;
 * the layer is its index in the model, layers in between without a tensor have no load.
 */
final class TrtLlmStatistics {
  private static final Pattern RANK = Pattern.compile("rank\\d+\\.safetensors");
  private static final Pattern KEY = Pattern.compile("\\d+_(\\d{1,4})");

  private TrtLlmStatistics() {}

  static RecordedLoad read(Path folder) {
    int[] experts = {0};
    Path meta = folder.resolve("meta_info.json");
    JsonFile.read(
        meta,
        (name, json) -> {
          if (name.equals("num_experts")) {
            experts[0] = json.wholeNumber(name);
          } else {
            json.skip();
          }
        });
    if (experts[0] < 1 || experts[0] > 65_535) {
      throw BadFile.field(
          meta, "num_experts", experts[0], "not from 1 to 65535", "this is another folder");
    }
    TreeMap<Integer, double[]> layers = new TreeMap<>();
    for (Path rank : ranks(folder)) {
      add(rank, experts[0], layers);
    }
    if (layers.isEmpty()) {
      throw BadFile.whole(
          folder, "no counts in any rank<r>.safetensors", "EXPERT_STATISTIC_ITER_RANGE never came");
    }
    int first = layers.firstKey();
    double[][] rows = new double[layers.lastKey() - first + 1][experts[0]];
    layers.forEach((layer, counts) -> rows[layer - first] = counts);
    return RecordedLoad.of(rows, first);
  }

  private static List<Path> ranks(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> RANK.matcher(name(f)).matches()).sorted().toList();
    } catch (IOException e) {
      throw LoadFiles.unreadable(folder, e);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static void add(Path file, int experts, TreeMap<Integer, double[]> layers) {
    try {
      for (Map.Entry<String, Tensor> e : SafetensorsFile.read(file).entrySet()) {
        Matcher key = KEY.matcher(e.getKey());
        if (!key.matches()) {
          continue;
        }
        if (e.getValue().elements() != experts) {
          throw BadFile.field(
              file,
              e.getKey() + ".shape",
              e.getValue().elements() + " elements",
              "meta_info.json says " + experts + " experts",
              "files of two models are in the folder");
        }
        double[] sum =
            layers.computeIfAbsent(Integer.valueOf(key.group(1)), layer -> new double[experts]);
        int[] at = {0};
        e.getValue()
            .forEach(
                count -> {
                  if (!(count >= 0 && count < Double.POSITIVE_INFINITY)) {
                    throw BadFile.field(
                        file,
                        e.getKey() + "[" + at[0] + "]",
                        count,
                        "a count is a finite number from 0 up",
                        "a counter overflowed");
                  }
                  sum[at[0]++] += count;
                });
      }
    } catch (IOException e) {
      throw LoadFiles.unreadable(file, e);
    }
  }
}
