package dev.hejin.agent.app.measure;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.agent.model.Precision;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measurements as JSON: in the file of results, and from an operator's command. */
final class MeasurementJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String RATES = "opsPerSecond";

  private MeasurementJson() {}

  static ObjectNode write(Measurement measurement) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("device", measurement.device())
        .put("driverVersion", measurement.driverVersion())
        .put("method", measurement.method())
        .put("date", measurement.date());
    ObjectNode rates = node.putObject(RATES);
    measurement.opsPerSecond().forEach((precision, rate) -> rates.put(precision.name(), rate));
    number(node, "memoryBytesPerSecond", measurement.memoryBytesPerSecond());
    number(node, "hostToDeviceBytesPerSecond", measurement.hostToDeviceBytesPerSecond());
    number(node, "deviceToHostBytesPerSecond", measurement.deviceToHostBytesPerSecond());
    number(node, "deviceToDeviceBytesPerSecond", measurement.deviceToDeviceBytesPerSecond());
    return node;
  }

  private static void number(ObjectNode node, String field, @Nullable Double value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  static JsonNode parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null ? MAPPER.createObjectNode() : node;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "no whole JSON: " + e.getOriginalMessage() + "\nMaybe it was cut short", e);
    }
  }

  /**
   * Reads one.
   *
   * @param given stands for texts that are not there
   * @throws IllegalArgumentException naming the field that cannot be understood
   */
  static Measurement read(JsonNode node, Measurement given) {
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    node.path(RATES)
        .properties()
        .forEach(
            field -> {
              Double rate = number(field.getValue(), RATES + "." + field.getKey());
              if (rate != null) {
                rates.put(precision(field.getKey()), rate);
              }
            });
    return new Measurement(
        node.path("device").asText(given.device()),
        node.path("driverVersion").asText(given.driverVersion()),
        node.path("method").asText(given.method()),
        node.path("date").asText(given.date()),
        rates,
        number(node.path("memoryBytesPerSecond"), "memoryBytesPerSecond"),
        number(node.path("hostToDeviceBytesPerSecond"), "hostToDeviceBytesPerSecond"),
        number(node.path("deviceToHostBytesPerSecond"), "deviceToHostBytesPerSecond"),
        number(node.path("deviceToDeviceBytesPerSecond"), "deviceToDeviceBytesPerSecond"));
  }

  private static @Nullable Double number(JsonNode node, String field) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isNumber()) {
      throw new IllegalArgumentException(
          field + " is " + node + ", no number\nMaybe leave out what was not measured");
    }
    return node.doubleValue();
  }

  private static Precision precision(String name) {
    return Arrays.stream(Precision.values())
        .filter(each -> each.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s.%s is no number format\nMaybe one of %s"
                        .formatted(RATES, name, Arrays.toString(Precision.values()))));
  }
}
