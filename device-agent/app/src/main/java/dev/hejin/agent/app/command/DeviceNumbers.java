package dev.hejin.agent.app.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.agent.app.driver.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The number of each device in its node, by what tells it from all others (its UUID, else its
 * address). A number is given once: a device that went and came back has its old one, also after a
 * restart, so that no shard is ever looked for on the wrong device.
 */
final class DeviceNumbers {
  private static final String FORMAT = "hejin.device-numbers/1";

  private final @Nullable Path file;
  private final Map<String, Integer> numbers;

  private DeviceNumbers(@Nullable Path file, Map<String, Integer> numbers) {
    this.file = file;
    this.numbers = numbers;
  }

  /** Forgotten with the process: for devices that hold nothing. */
  static DeviceNumbers inMemory() {
    return new DeviceNumbers(null, new LinkedHashMap<>());
  }

  /**
   * Kept in a file.
   *
   * @throws IllegalArgumentException when the file is there and cannot be read
   */
  static DeviceNumbers keptIn(Path file) {
    try {
      Map<String, Integer> numbers = new LinkedHashMap<>();
      DurableFile.read(file).ifPresent(text -> numbers.putAll(parse(text)));
      return new DeviceNumbers(file, numbers);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cannot read %s: %s\nMaybe it was edited; remove it when no device of the node holds anything"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static Map<String, Integer> parse(String text) {
    try {
      JsonNode root = new ObjectMapper().readTree(text);
      if (!root.path("format").asText("").equals(FORMAT)) {
        throw new IllegalArgumentException("format is not " + FORMAT);
      }
      Map<String, Integer> numbers = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> each : root.path("devices").properties()) {
        if (!each.getValue().canConvertToInt() || each.getValue().intValue() < 0) {
          throw new IllegalArgumentException(
              "the number of " + each.getKey() + " is " + each.getValue());
        }
        if (numbers.containsValue(each.getValue().intValue())) {
          throw new IllegalArgumentException(each.getValue() + " is the number of two devices");
        }
        numbers.put(each.getKey(), each.getValue().intValue());
      }
      return numbers;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The number of a device; a new one gets the lowest that no device ever had. */
  int of(String identity) {
    return numbers.computeIfAbsent(
        identity, unused -> numbers.values().stream().mapToInt(each -> each + 1).max().orElse(0));
  }

  /**
   * Writes down what was given out.
   *
   * @throws IllegalArgumentException when that cannot be written
   */
  void save() {
    Path target = file;
    if (target == null) {
      return;
    }
    ObjectNode root = new ObjectMapper().createObjectNode().put("format", FORMAT);
    ObjectNode devices = root.putObject("devices");
    numbers.forEach(devices::put);
    try {
      DurableFile.write(target, root.toPrettyString());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot write %s: %s\nMaybe set HEJIN_STATE_FOLDER to another folder"
              .formatted(target, e.getMessage()),
          e);
    }
  }
}
