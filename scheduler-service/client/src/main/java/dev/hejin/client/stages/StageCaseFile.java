package dev.hejin.client.stages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.flow.Curve;
import dev.hejin.scheduler.flow.DeviceKind;
import dev.hejin.scheduler.flow.InvalidStageProblemException;
import dev.hejin.scheduler.flow.StageProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a case: {@code model}, {@code device_types}, {@code devices} and {@code links}. What only
 * the file can have wrong is checked here; what any problem can have wrong, by the engine.
 */
final class StageCaseFile {
  private static final int MAX_BYTES = 64 << 20;
  private static final double MILLIS = 1e-3;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final JsonNode root;

  private StageCaseFile(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static StageProblem read(Path file) {
    try {
      return new StageCaseFile(file, tree(file)).problem();
    } catch (InvalidStageProblemException e) {
      throw CommandFailure.usage(file + ": " + e.getMessage());
    }
  }

  private static JsonNode tree(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw BadFile.whole(file, "over " + MAX_BYTES + " bytes", "this is another file");
      }
      JsonNode root = MAPPER.readTree(bytes);
      if (!root.isObject()) {
        throw BadFile.whole(file, "no JSON object", "this is another file, or an empty one");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw BadFile.whole(file, "no valid JSON: " + e.getOriginalMessage(), "it was cut off");
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e, "the path is wrong, or not a file");
    }
  }

  private StageProblem problem() {
    JsonNode model = need(root, "", "model");
    int layers = whole(model, "model.", "layers");
    double activation = optional(model, "model.", "activation_bytes_per_token", 1);
    double token = optional(model, "model.", "token_bytes", 1);
    List<String> names = new ArrayList<>();
    List<DeviceKind> kinds = new ArrayList<>();
    JsonNode types = need(root, "", "device_types");
    types
        .properties()
        .forEach(
            type -> {
              names.add(type.getKey());
              kinds.add(kind(type.getKey(), type.getValue()));
            });
    int[] kindOf = devices(names);
    for (int k = 0; k < kinds.size(); k++) {
      counts(names.get(k), types.get(names.get(k)), k, kindOf);
    }
    StageLinks links = new StageLinks(file, need(root, "", "links"), kindOf.length);
    return new StageProblem(layers, activation, token, kinds, kindOf, links.network());
  }

  private int[] devices(List<String> names) {
    JsonNode devices = need(root, "", "devices");
    int[] kindOf = new int[devices.size()];
    for (int i = 0; i < kindOf.length; i++) {
      JsonNode name = devices.get(i);
      kindOf[i] = name == null || !name.isTextual() ? -1 : names.indexOf(name.asText());
      if (kindOf[i] < 0) {
        throw BadFile.field(
            file,
            "devices[" + i + "]",
            name,
            "no such type in device_types",
            "use one of " + String.join(", ", names));
      }
    }
    return kindOf;
  }

  private void counts(String name, JsonNode type, int kind, int[] kindOf) {
    JsonNode count = type.get("count");
    long listed = Arrays.stream(kindOf).filter(k -> k == kind).count();
    if (count != null && count.asLong(-1) != listed) {
      throw BadFile.field(
          file,
          "device_types." + name + ".count",
          count,
          "devices lists " + listed + " of them",
          "leave count out, or correct one of the two");
    }
  }

  private DeviceKind kind(String name, JsonNode type) {
    String at = "device_types." + name + ".";
    int most = whole(type, at, "max_layers");
    if (most < 1) {
      throw BadFile.field(
          file, at + "max_layers", most, "holds no layer", "leave this type out of the pool");
    }
    double[] rates = table(type, at, "tokens_per_s_with_k_layers", most);
    boolean serving = true;
    for (String field :
        List.of(
            "kv_cache_capacity_with_k_layers",
            "layer_prompt_ms_by_tokens",
            "layer_decode_ms_by_batch")) {
      serving &= type.has(field);
    }
    if (!serving) {
      return new DeviceKind(name, rates, null);
    }
    return new DeviceKind(
        name,
        rates,
        new DeviceKind.Serving(
            table(type, at, "kv_cache_capacity_with_k_layers", most),
            curve(type, at, "layer_prompt_ms_by_tokens"),
            curve(type, at, "layer_decode_ms_by_batch")));
  }

  /** Values for 1 to {@code most} layers; index 0 is not used. */
  private double[] table(JsonNode type, String at, String field, int most) {
    JsonNode table = need(type, at, field);
    double[] values = new double[most + 1];
    for (int k = 1; k <= most; k++) {
      values[k] = number(table, at + field + ".", String.valueOf(k));
    }
    return values;
  }

  private Curve curve(JsonNode type, String at, String field) {
    JsonNode points = need(type, at, field);
    TreeMap<Integer, Double> sorted = new TreeMap<>();
    for (var point : points.properties()) {
      try {
        double millis = number(points, at + field + ".", point.getKey());
        sorted.put(Integer.valueOf(point.getKey()), millis * MILLIS);
      } catch (NumberFormatException e) {
        throw BadFile.field(file, at + field, point.getKey(), "not a size", "use whole numbers");
      }
    }
    double[] sizes = sorted.keySet().stream().mapToDouble(Integer::doubleValue).toArray();
    double[] seconds = sorted.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new Curve(at + field, sizes, seconds);
  }

  private JsonNode need(JsonNode parent, String at, String field) {
    JsonNode node = parent.get(field);
    if (node == null || node.isNull()) {
      throw BadFile.field(file, at + field, "(absent)", "needed", "part of the file is missing");
    }
    return node;
  }

  private int whole(JsonNode parent, String at, String field) {
    double value = number(parent, at, field);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw BadFile.field(file, at + field, value, "not a whole number", "round it");
    }
    return (int) value;
  }

  private double number(JsonNode parent, String at, String field) {
    JsonNode node = need(parent, at, field);
    if (!node.isNumber()) {
      throw BadFile.field(file, at + field, node, "not a number", "replace it with a number");
    }
    return node.doubleValue();
  }

  private double optional(JsonNode parent, String at, String field, double otherwise) {
    @Nullable JsonNode node = parent.get(field);
    return node == null || node.isNull() ? otherwise : number(parent, at, field);
  }
}
