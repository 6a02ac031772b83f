package dev.hejin.client.importer;

import dev.hejin.client.importer.EnginePlacement.Said;
import dev.hejin.client.importer.EnginePlacement.Scope;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import dev.hejin.client.tensor.Tensor;
import dev.hejin.client.tensor.TorchFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Placements in the files of engines, told by their fields: {@code physical_to_logical_map} alone
 * or in a {@code .pt} file (SGLang), {@code initial_global_assignments} (TensorRT-LLM, YAML),
 * {@code layer_list} (vllm-ascend), a bare list of rows or one row, and {@code expert_to_ep_rank}
 * (vLLM proposals); with {@code device_slots} it is a plan of Hejin.
 */
public final class PlacementFiles {
  private static final String MAP = "physical_to_logical_map";
  private static final String ASSIGNMENTS = "initial_global_assignments";
  private static final String RANKS = "expert_to_ep_rank";

  private PlacementFiles() {}

  /**
   * Reads a plan of Hejin or the placement of an engine for devices and layers that are known.
   *
   * @param devices of the case
   * @param layers MoE layers of the case
   */
  public static StoredPlan read(Path file, int devices, int layers) {
    if (isPlan(file)) {
      return PlanFile.read(file);
    }
    return placement(file).plan(new Said(devices, layers, EnginePlacement.UNKNOWN, 1));
  }

  /** Whether a file is a plan of Hejin, or nothing that is known. */
  private static boolean isPlan(Path file) {
    return !LoadFiles.isZip(file) && kind(file).equals("device_slots");
  }

  /** The field that tells the form: a plan has slots of devices beside the map. */
  private static String kind(Path file) {
    String[] seen = {""};
    List<String> others = List.of("layer_list", ASSIGNMENTS, RANKS, "logical_count");
    String first = JsonFile.firstField(file, List.of("device_slots"));
    if (!first.isEmpty()) {
      return first;
    }
    seen[0] = JsonFile.firstField(file, List.of(MAP));
    return seen[0].isEmpty() ? JsonFile.firstField(file, others) : seen[0];
  }

  static EnginePlacement placement(Path file) {
    if (LoadFiles.isZip(file)) {
      return torch(file);
    }
    return switch (kind(file)) {
      case MAP -> sglang(file);
      case "layer_list" -> VllmAscendMap.read(file);
      case ASSIGNMENTS -> tensorRtLlm(file, false);
      case RANKS -> ranks(file);
      case "device_slots" ->
          throw BadFile.field(
              file, "device_slots", "(present)", "a plan of Hejin", "use it as it is");
      case "logical_count" ->
          throw BadFile.field(
              file, "logical_count", "(present)", "loads, no placement", "balance it");
      default -> bareOrYaml(file);
    };
  }

  private static EnginePlacement torch(Path file) {
    try (TorchFile torch = TorchFile.open(file)) {
      if (torch.value() instanceof Map<?, ?> map && map.get(MAP) instanceof Tensor tensor) {
        return sglang(file, LoadFiles.matrix(file, MAP, tensor));
      }
      throw BadFile.field(file, MAP, "(absent)", "needed", "this is a recording: balance it");
    } catch (IOException | IllegalArgumentException e) {
      throw LoadFiles.unreadable(file, e);
    }
  }

  private static EnginePlacement sglang(Path file, int[][] rows) {
    return new EnginePlacement(
        file, "sglang", rows, new int[0], EnginePlacement.UNKNOWN, Scope.HIDDEN_LAYERS);
  }

  /** SGLang passes every key on as a parameter: another one is an error there, and here. */
  private static EnginePlacement sglang(Path file) {
    int[][][] rows = new int[1][][];
    JsonFile.read(
        file,
        (name, json) -> {
          if (!name.equals(MAP)) {
            throw BadFile.field(
                file,
                name,
                "(present)",
                "SGLang takes " + MAP + " alone",
                "device_slots was cut from a plan of Hejin");
          }
          rows[0] = json.wholeMatrix(name);
        });
    return sglang(file, rows[0]);
  }

  private static EnginePlacement tensorRtLlm(Path file, boolean yaml) {
    int[] slots = {EnginePlacement.UNKNOWN};
    TreeMap<Integer, int[]> layers = new TreeMap<>();
    JsonFile.Fields fields =
        (name, json) -> {
          switch (name) {
            case "num_slots" -> slots[0] = json.wholeNumber(name);
            case ASSIGNMENTS ->
                json.object(
                    name,
                    (layer, row) -> {
                      String at = name + "." + layer;
                      if (!layer.matches("\\d{1,5}")) {
                        throw BadFile.field(
                            file, at, "(key)", "no index of a layer", "write 3: [..]");
                      }
                      layers.put(Integer.valueOf(layer), row.wholeRow(at));
                    });
            default -> json.skip();
          }
        };
    if (yaml) {
      JsonFile.readYaml(file, fields);
    } else {
      JsonFile.read(file, fields);
    }
    if (layers.isEmpty()) {
      throw BadFile.field(
          file, ASSIGNMENTS, "(absent or empty)", "no placement", "TensorRT-LLM chooses its own");
    }
    layers.forEach(
        (layer, row) -> {
          if (row.length != slots[0]) {
            throw BadFile.field(
                file,
                ASSIGNMENTS + "." + layer + ".length",
                row.length,
                "num_slots is " + (slots[0] < 0 ? "(absent)" : slots[0]),
                "a row was cut off");
          }
        });
    return new EnginePlacement(
        file,
        "tensorrt-llm",
        layers.values().toArray(int[][]::new),
        new int[0],
        layers.firstKey(),
        Scope.MOE_LAYERS);
  }

  /** One rank for each expert, the same in every layer: the experts of a rank ascend. */
  private static EnginePlacement ranks(Path file) {
    int[][] given = new int[1][];
    UnaryOperator<String> at = i -> RANKS + "[" + i + "]";
    JsonFile.read(
        file,
        (name, json) -> {
          if (name.equals(RANKS)) {
            given[0] = json.wholeRow(name);
          } else {
            json.skip();
          }
        });
    int[] rank = given[0];
    int devices = 0;
    for (int e = 0; e < rank.length; e++) {
      if (rank[e] < 0 || rank[e] >= rank.length) {
        throw BadFile.field(
            file, at.apply("" + e), rank[e], "no rank", "ranks are 0 to " + (rank.length - 1));
      }
      devices = Math.max(devices, rank[e] + 1);
    }
    int[] slots = new int[devices];
    for (int r : rank) {
      slots[r]++;
    }
    List<Integer> row = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      if (slots[d] == 0) {
        throw BadFile.field(file, RANKS, d, "the rank holds no expert", "number ranks from 0");
      }
      for (int e = 0; e < rank.length; e++) {
        if (rank[e] == d) {
          row.add(e);
        }
      }
    }
    int[][] rows = {row.stream().mapToInt(e -> e).toArray()};
    return new EnginePlacement(file, "vllm", rows, slots, EnginePlacement.UNKNOWN, Scope.ALL_ALIKE);
  }

  private static EnginePlacement bareOrYaml(Path file) {
    if (!startsWith(file, '[')) {
      if (startsWith(file, '{')) {
        throw BadFile.whole(
            file, "none of the fields that tell a placement", "this is another file");
      }
      return tensorRtLlm(file, true);
    }
    List<int[]> rows = new ArrayList<>();
    JsonFile.readAny(file, json -> rows.addAll(Arrays.asList(json.wholeRows("map"))));
    return new EnginePlacement(
        file,
        "vllm",
        rows.toArray(int[][]::new),
        new int[0],
        EnginePlacement.UNKNOWN,
        rows.size() == 1 ? Scope.ALL_ALIKE : Scope.MOE_LAYERS);
  }

  private static boolean startsWith(Path file, char wanted) {
    try (InputStream in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(256)) {
        if (!Character.isWhitespace(b)) {
          return b == wanted;
        }
      }
      return false;
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e, "the path is wrong, or not a file");
    }
  }
}
