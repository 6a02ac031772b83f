package dev.hejin.client.importer;

import dev.hejin.client.importer.EnginePlacement.Scope;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * The expert map of vllm-ascend: {@code {"moe_layer_count", "layer_list": [{"layer_id",
 * "device_count", "device_list": [{"device_id", "device_expert": [..]}]}]}}; layer_id is the
 * ordinal among MoE layers. Layers and devices may come in any order, each once.
 */
final class VllmAscendMap {
  private final Path file;
  private final TreeMap<Integer, TreeMap<Integer, int[]>> layers = new TreeMap<>();
  private int count = EnginePlacement.UNKNOWN;

  private VllmAscendMap(Path file) {
    this.file = file;
  }

  static EnginePlacement read(Path file) {
    VllmAscendMap map = new VllmAscendMap(file);
    JsonFile.read(file, map::top);
    return map.placement();
  }

  private void top(String name, JsonFile json) throws IOException {
    switch (name) {
      case "moe_layer_count" -> count = json.wholeNumber(name);
      case "layer_list" -> json.list(name, this::layer);
      default -> json.skip();
    }
  }

  private void layer(String at, JsonFile json) throws IOException {
    int[] id = {EnginePlacement.UNKNOWN, EnginePlacement.UNKNOWN};
    TreeMap<Integer, int[]> devices = new TreeMap<>();
    json.object(
        at,
        (name, field) -> {
          switch (name) {
            case "layer_id" -> id[0] = field.wholeNumber(at + "." + name);
            case "device_count" -> id[1] = field.wholeNumber(at + "." + name);
            case "device_list" -> field.list(at + "." + name, (d, j) -> device(d, j, devices));
            default -> field.skip();
          }
        });
    if (id[1] != devices.size() || devices.isEmpty() || devices.lastKey() != id[1] - 1) {
      throw bad(at + ".device_count", id[1], "device_id goes from 0 on, " + devices.size() + " do");
    }
    if (id[0] < 0 || layers.put(id[0], devices) != null) {
      throw bad(at + ".layer_id", id[0], "negative or given twice");
    }
  }

  private void device(String at, JsonFile json, TreeMap<Integer, int[]> devices)
      throws IOException {
    int[] id = {EnginePlacement.UNKNOWN};
    int[][] experts = new int[1][0];
    json.object(
        at,
        (name, field) -> {
          switch (name) {
            case "device_id" -> id[0] = field.wholeNumber(at + "." + name);
            case "device_expert" -> experts[0] = field.wholeRow(at + "." + name);
            default -> field.skip();
          }
        });
    if (id[0] < 0 || devices.put(id[0], experts[0]) != null) {
      throw bad(at + ".device_id", id[0], "negative or given twice");
    }
  }

  private EnginePlacement placement() {
    if (layers.isEmpty() || layers.size() != count || layers.lastKey() != count - 1) {
      throw bad("moe_layer_count", count, "layer_id goes from 0 on, " + layers.size() + " do");
    }
    int[] slots =
        layers.firstEntry().getValue().values().stream().mapToInt(d -> d.length).toArray();
    int[][] rows = new int[count][];
    for (int l = 0; l < count; l++) {
      TreeMap<Integer, int[]> devices = layers.get(l);
      if (devices == null) {
        throw bad("layer_list", l, "layer_id is missing");
      }
      int[] sizes = devices.values().stream().mapToInt(d -> d.length).toArray();
      if (!Arrays.equals(sizes, slots)) {
        throw bad("layer_list[" + l + "]", Arrays.toString(sizes), "layer 0 has other slots");
      }
      rows[l] = devices.values().stream().flatMapToInt(Arrays::stream).toArray();
    }
    return new EnginePlacement(
        file, "vllm-ascend", rows, slots, EnginePlacement.UNKNOWN, Scope.MOE_LAYERS);
  }

  private RuntimeException bad(String field, Object value, String reason) {
    return BadFile.field(file, field, value, reason, "the map was cut off or edited");
  }
}
