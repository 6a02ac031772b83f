package dev.hejin.agent.app.probe.cambricon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hejin.agent.app.probe.form.Json;
import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cambricon through {@code cnmon}: the JSON that it writes into its working directory, then the
 * table, which alone tells power.
 */
public final class CambriconProbe implements Probe {
  private static final String TOOL = "cnmon";

  private final ToolRunner runner;

  public CambriconProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Cambricon";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    String table = inquiry.ask(TOOL);
    if (inquiry.answered()) {
      var json = new ToolCommand(List.of(TOOL, "info", "-e", "-m", "-u", "-j"), "cnmon_info.json");
      readJson(inquiry.askQuietly(json), readings);
    }
    SmiTable.read(table, readings.from(TOOL));
    return inquiry.finish(vendor(), table);
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    String table = inquiry.ask(TOOL);
    SmiTable.read(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }

  static void readJson(String raw, Readings readings) {
    for (JsonNode card : Json.at(Json.read(raw), "CnmonInfo")) {
      String key = Json.text(card, "CardNum", "Card");
      if (key == null || !key.matches("\\d{1,4}")) {
        continue;
      }
      JsonNode memory = Json.at(card, "PhysicalMemUsage");
      JsonNode pci = Json.at(card, "PCI");
      ReadingBuilder device =
          readings
              .at(key)
              .name(Json.text(card, "ProductName"))
              .uuid(Json.text(card, "UUID"))
              .serial(Json.text(card, "SN"))
              .busId(busId(pci))
              .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.mebibytes(Json.text(memory, "Total")))
              .figure(Metric.MEMORY_USED_BYTES, Quantity.mebibytes(Json.text(memory, "Used")))
              .figure(
                  Metric.TEMPERATURE_CELSIUS,
                  Quantity.celsius(Json.text(Json.at(card, "Temperature"), "Chip")))
              .figure(
                  Metric.UTILIZATION_PERCENT,
                  Quantity.percent(Json.text(Json.at(card, "Utilization"), "MLUAverage")));
      device
          .figure(Metric.PCIE_GENERATION, generation(Json.text(pci, "CurrentSpeed")))
          .figure(Metric.PCIE_GENERATION_MAX, generation(Json.text(pci, "MaxSpeed")))
          .figure(Metric.PCIE_LANES, Quantity.lanes(Json.text(pci, "CurrentWidth")))
          .figure(Metric.PCIE_LANES_MAX, Quantity.lanes(Json.text(pci, "MaxWidth")));
    }
  }

  /** The parts of the address come as numbers, or as text in base 16. */
  private static @Nullable String busId(JsonNode pci) {
    String domain = part(pci, "DomainID", "%04x");
    String bus = part(pci, "Bus", "%02x");
    String device = part(pci, "Device", "%02x");
    String function = part(pci, "Function", "%x");
    return domain == null || bus == null || device == null || function == null
        ? null
        : "%s:%s:%s.%s".formatted(domain, bus, device, function);
  }

  private static @Nullable String part(JsonNode pci, String key, String format) {
    JsonNode value = Json.at(pci, key);
    if (value.isInt() && value.asInt() >= 0) {
      return format.formatted(value.asInt());
    }
    String text = value.isTextual() ? value.asText().replaceFirst("^0[xX]", "") : "";
    return text.matches("[0-9a-fA-F]{1,4}") ? format.formatted(Integer.parseInt(text, 16)) : null;
  }

  private static @Nullable Double generation(@Nullable String speed) {
    return switch (speed == null ? "" : speed.replaceFirst("\\s*GT/s.*", "")) {
      case "2.5" -> 1.0;
      case "5", "5.0" -> 2.0;
      case "8", "8.0" -> 3.0;
      case "16", "16.0" -> 4.0;
      case "32", "32.0" -> 5.0;
      default -> null;
    };
  }
}
