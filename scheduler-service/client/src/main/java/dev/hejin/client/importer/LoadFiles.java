package dev.hejin.client.importer;

import dev.hejin.catalog.load.ExpertLoad;
import dev.hejin.catalog.load.ExpertLoadFile;
import dev.hejin.client.CatalogFiles;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import dev.hejin.client.tensor.Tensor;
import dev.hejin.client.tensor.TorchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Recorded expert loads. Forms, told from the file: SGLang's {@code logical_count} as JSON or as
 * the {@code .pt} file of its recorder ({@code stat}: layers x experts, or steps x layers x
 * experts; {@code per_pass}, {@code per_token}: physical counts with the map in force at the end);
 * the folder of statistics of TensorRT-LLM ({@link TrtLlmStatistics}).
 */
public final class LoadFiles {
  private static final String COUNTS = "logical_count";
  private static final long MAX_CELLS = 1 << 22;
  private static final int ZIP = 0x504b;

  private LoadFiles() {}

  /** Whether a file or folder is a recording, not a case. */
  public static boolean isRecording(Path file) {
    return Files.isDirectory(file)
        || isZip(file)
        || JsonFile.firstField(file, List.of("weights", COUNTS, "physical_to_logical_map"))
            .equals(COUNTS);
  }

  /** Reads a recording, summed over its steps and ranks. */
  public static RecordedLoad read(Path file) {
    if (Files.isDirectory(file)) {
      return TrtLlmStatistics.read(file);
    }
    double[][] layers = isZip(file) ? torch(file) : json(file);
    return RecordedLoad.of(layers, 0);
  }

  static boolean isZip(Path file) {
    try (var in = Files.newInputStream(file)) {
      return (in.read() << 8 | in.read()) == ZIP;
    } catch (IOException e) {
      return false;
    }
  }

  private static double[][] json(Path file) {
    ExpertLoad load = CatalogFiles.checked(() -> ExpertLoadFile.read(file, layer -> false));
    double[][] layers = new double[load.layers()][];
    for (int l = 0; l < layers.length; l++) {
      layers[l] = load.layer(l);
    }
    return layers;
  }

  private static double[][] torch(Path file) {
    try (TorchFile torch = TorchFile.open(file)) {
      if (torch.value() instanceof Map<?, ?> map) {
        if (map.get(COUNTS) instanceof Tensor counts) {
          return sums(file, COUNTS, counts);
        }
        if (map.get("records") instanceof List<?> records
            && map.get("last_physical_to_logical_map") instanceof Tensor physical) {
          return logical(file, records, matrix(file, "last_physical_to_logical_map", physical));
        }
      }
      throw BadFile.field(
          file, COUNTS, "(absent)", "needed", "this is no recording of SGLang's recorder");
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, e);
    }
  }

  static RuntimeException unreadable(Path file, Exception e) {
    return BadFile.whole(
        file,
        "cannot be read: " + e.getMessage(),
        "the file was cut off, or another program wrote it: convert it to JSON");
  }

  /** Sums a tensor over all dimensions but the last two. */
  private static double[][] sums(Path file, String name, Tensor tensor) throws IOException {
    int[] shape = tensor.shape();
    if (shape.length != 2 && shape.length != 3) {
      throw shape(file, name, shape);
    }
    int layers = shape[shape.length - 2];
    int experts = shape[shape.length - 1];
    if (layers < 1 || experts < 1 || (long) layers * experts > MAX_CELLS) {
      throw shape(file, name, shape);
    }
    if (tensor.elements() == 0) {
      throw BadFile.field(file, name, "0 steps", "nothing recorded", "record for longer");
    }
    double[][] sums = new double[layers][experts];
    int[] at = {0};
    tensor.forEach(
        count -> {
          int cell = at[0];
          at[0] = (cell + 1) % (layers * experts);
          if (!(count >= 0 && count < Double.POSITIVE_INFINITY)) {
            throw BadFile.field(
                file,
                name + "[" + cell / experts + "][" + cell % experts + "]",
                count,
                "a count is a finite number from 0 up",
                "a counter overflowed");
          }
          sums[cell / experts][cell % experts] += count;
        });
    return sums;
  }

  private static RuntimeException shape(Path file, String name, int[] shape) {
    return BadFile.field(
        file,
        name + ".shape",
        Arrays.toString(shape),
        "not layers x experts, nor steps x layers x experts, of at most " + MAX_CELLS + " cells",
        "this is another tensor");
  }

  static int[][] matrix(Path file, String name, Tensor tensor) throws IOException {
    int[] shape = tensor.shape();
    if (shape.length != 2 || shape[0] < 1 || (long) shape[0] * shape[1] > MAX_CELLS) {
      throw shape(file, name, shape);
    }
    int[][] rows = new int[shape[0]][shape[1]];
    int[] at = {0};
    tensor.forEach(
        value -> {
          if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw BadFile.field(file, name, value, "not a whole number", "this is another tensor");
          }
          rows[at[0] / shape[1]][at[0] % shape[1]] = (int) value;
          at[0]++;
        });
    return rows;
  }

  /** From counts of slots to counts of experts, by the map that was in force at the end. */
  private static double[][] logical(Path file, List<?> records, int[][] map) throws IOException {
    int experts = 0;
    for (int[] row : map) {
      for (int e : row) {
        if (e < 0 || e >= row.length) {
          throw BadFile.field(
              file, "last_physical_to_logical_map", e, "no expert", "the recorder failed");
        }
        experts = Math.max(experts, e + 1);
      }
    }
    double[][] sums = new double[map.length][experts];
    for (int i = 0; i < records.size(); i++) {
      String name = "records[" + i + "].global_physical_count";
      if (!(records.get(i) instanceof Map<?, ?> record)
          || !(record.get("global_physical_count") instanceof Tensor counts)) {
        throw BadFile.field(file, name, "(absent)", "needed", "this is another recording");
      }
      double[][] physical = sums(file, name, counts);
      if (physical.length != map.length || physical[0].length != map[0].length) {
        throw shape(file, name, counts.shape());
      }
      for (int l = 0; l < map.length; l++) {
        for (int s = 0; s < map[l].length; s++) {
          sums[l][map[l][s]] += physical[l][s];
        }
      }
    }
    return sums;
  }
}
