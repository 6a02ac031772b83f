package dev.hejin.agent.app.probe.hygon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hejin.agent.app.probe.form.Json;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.WordTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code rocm-smi} and Hygon's {@code hy-smi}, which comes of it, print: JSON with one object
 * "cardN" a device, and a table of words. Hygon called its devices DCU, now HCU.
 */
final class RocmTool {
  /** Arguments that ask for JSON with all that we read. */
  static final String[] JSON = {
    "-i",
    "--showproductname",
    "--showmeminfo",
    "vram",
    "--showuse",
    "--showtemp",
    "--showpower",
    "--showserial",
    "--showuniqueid",
    "--showbus",
    "--json"
  };

  private RocmTool() {}

  /** Asks a tool for JSON, then for its table, which alone tells the power limit; all it said. */
  static String ask(Inquiry inquiry, String tool) {
    List<String> words = new ArrayList<>(List.of(tool));
    words.addAll(List.of(JSON));
    String json = inquiry.askQuietly(words.toArray(String[]::new));
    readJson(json, inquiry.readings());
    String table = inquiry.answered() ? inquiry.ask(tool) : "";
    readTable(table, inquiry.readings());
    if (inquiry.answered()) {
      RocmInfo.read(inquiry.tryAsking("rocminfo"), inquiry.readings());
    }
    return json + "\n" + table;
  }

  /** Tells whether an output speaks of Hygon's devices. */
  static boolean isHygon(String raw) {
    return raw.contains("Haiguang") || raw.contains("Hygon") || raw.matches("(?s).*\\b[DH]CU\\b.*");
  }

  static void readJson(String raw, Readings readings) {
    for (Map.Entry<String, JsonNode> field : Json.read(raw).properties()) {
      String name = field.getKey();
      if (name.matches("card\\d{1,4}")) {
        card(field.getValue(), readings.at(name.substring("card".length())));
      } else if (name.equals("system")) {
        String driver = Json.text(field.getValue(), "Driver version");
        readings.keys().forEach(key -> readings.at(key).driver(driver));
      }
    }
  }

  private static void card(JsonNode card, ReadingBuilder device) {
    device
        .name(name(card))
        .uuid(Json.text(card, "Unique ID"))
        .serial(Json.text(card, "Serial Number"))
        .busId(Json.text(card, "PCI Bus"));
    card.properties().forEach(field -> value(field.getKey(), field.getValue().asText(""), device));
  }

  /** Tools name the series, the model or the device; the model is a number on some. */
  private static @Nullable String name(JsonNode card) {
    for (String key : new String[] {"Card Series", "Device Name", "Card Model"}) {
      String value = Json.text(card, key);
      if (value != null && !value.isEmpty() && !value.matches("N/A|0x[0-9a-fA-F]+")) {
        return value;
      }
    }
    return null;
  }

  /** Keys carry the unit in brackets and changed their case between versions. */
  private static void value(String rawKey, String value, ReadingBuilder device) {
    String key = rawKey.strip().toLowerCase(Locale.ROOT);
    switch (key) {
      case "vram total memory (b)" ->
          device.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.count(value));
      case "vram total used memory (b)" ->
          device.figure(Metric.MEMORY_USED_BYTES, Quantity.count(value));
      case "vram total memory (mib)" ->
          device.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.mebibytes(value));
      case "vram total used memory (mib)" ->
          device.figure(Metric.MEMORY_USED_BYTES, Quantity.mebibytes(value));
      case "gpu use (%)", "dcu use (%)", "hcu use (%)" ->
          device.figure(Metric.UTILIZATION_PERCENT, Quantity.percent(value));
      case "temperature (sensor mem) (c)", "temperature (sensor memory) (c)" ->
          device.figure(Metric.MEMORY_TEMPERATURE_CELSIUS, Quantity.celsius(value));
      case "max graphics package power (w)" ->
          device.figure(Metric.POWER_LIMIT_WATTS, Quantity.watts(value));
      case "temperature (sensor junction) (c)" ->
          device.figure(Metric.HOTSPOT_TEMPERATURE_CELSIUS, Quantity.celsius(value));
      case "temperature (sensor edge) (c)", "temperature (sensor core) (c)" ->
          device.figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(value));
      default -> {
        if (key.matches("(average|current socket) graphics package power \\(w\\)")) {
          device.figure(Metric.POWER_WATTS, Quantity.watts(value));
        }
      }
    }
  }

  static void readTable(String raw, Readings readings) {
    var rows =
        WordTable.read(
            raw,
            words ->
                words.size() > 3
                    && words.getFirst().matches("(?i)DCU|HCU|GPU|Device")
                    && words.stream().anyMatch(word -> word.equalsIgnoreCase("VRAM%")));
    for (Map<String, String> row : rows) {
      String key = row.values().iterator().next();
      readings
          .at(key)
          .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(row.get("temp")))
          .figure(Metric.POWER_WATTS, Quantity.watts(row.get("avgpwr")))
          .figure(Metric.POWER_LIMIT_WATTS, Quantity.watts(row.get("pwrcap")))
          .figure(Metric.FAN_PERCENT, Quantity.percent(row.get("fan")))
          .figure(Metric.MEMORY_USED_PERCENT, Quantity.percent(row.get("vram%")))
          .figure(Metric.UTILIZATION_PERCENT, Quantity.percent(use(row)))
          .figure(Metric.DECODER_PERCENT, Quantity.percent(row.get("dec%")))
          .figure(Metric.ENCODER_PERCENT, Quantity.percent(row.get("enc%")));
    }
  }

  private static @Nullable String use(Map<String, String> row) {
    for (String name : new String[] {"hcu%", "dcu%", "gpu%"}) {
      String value = row.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
