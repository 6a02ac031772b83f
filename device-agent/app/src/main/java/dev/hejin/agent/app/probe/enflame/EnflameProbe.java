package dev.hejin.agent.app.probe.enflame;

import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.IndentedText;
import dev.hejin.agent.probe.text.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Enflame through {@code efsmi}: the long report, then the table. Virtual functions of one card
 * share its serial number, so that is the card.
 */
public final class EnflameProbe implements Probe {
  private static final String TOOL = "efsmi";
  private static final Pattern DEVICE = Pattern.compile("DEV ID (\\d{1,4})");

  private final ToolRunner runner;

  public EnflameProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Enflame";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    readReport(inquiry.askQuietly(TOOL, "-q"), inquiry.readings());
    return table(inquiry);
  }

  /** The table does not tell the memory in use. */
  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    readReport(inquiry.askQuietly(TOOL, "-q"), inquiry.readings());
    return inquiry.readings().isEmpty() ? table(inquiry) : inquiry.finish(vendor(), "");
  }

  private Inventory table(Inquiry inquiry) {
    String table = inquiry.ask(TOOL);
    readTable(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }

  private static void readTable(String raw, Readings readings) {
    SmiTable.read(raw, readings);
    for (String key : readings.keys()) {
      ReadingBuilder device = readings.at(key);
      device.card(device.serial());
    }
  }

  private static void readReport(String raw, Readings readings) {
    Map<String, String> values = new LinkedHashMap<>();
    String key = "";
    for (IndentedText.Line line : IndentedText.read(raw)) {
      Matcher head = DEVICE.matcher(line.key());
      if (head.matches()) {
        device(key, values, readings);
        key = head.group(1);
        values.clear();
      } else {
        values.putIfAbsent(line.path().replaceFirst("^DEV ID \\d+/", ""), line.value());
      }
    }
    device(key, values, readings);
  }

  private static void device(String key, Map<String, String> values, Readings readings) {
    if (key.isEmpty()) {
      return;
    }
    ReadingBuilder device =
        readings
            .at(key)
            .driver(values.get("Driver Info/Ver"))
            .name(values.get("Device Info/Dev Name"))
            .uuid(values.get("Device Info/Dev UUID"))
            .serial(values.get("Device Info/Dev SN"))
            .card(values.get("Device Info/Dev SN"))
            .busId(busId(values));
    if ("False".equals(values.get("Device Info/Health"))) {
      device.atBest(Health.FAILED, "health: False");
    }
    String memory = "Device Mem Info/";
    device
        .figure(
            Metric.MEMORY_TOTAL_BYTES,
            Quantity.bytes(first(values, memory + "Total Size", memory + "Mem Size")))
        .figure(
            Metric.MEMORY_USED_BYTES,
            Quantity.bytes(first(values, memory + "Used Size", memory + "Mem Usage")))
        .figure(Metric.TEMPERATURE_CELSIUS, degrees(values.get("Temperature Info/GCU Temp")))
        .figure(
            Metric.MEMORY_TEMPERATURE_CELSIUS, degrees(values.get("Temperature Info/Memory Temp")))
        .figure(
            Metric.BOARD_TEMPERATURE_CELSIUS, degrees(values.get("Temperature Info/Board Temp")))
        .figure(Metric.UTILIZATION_PERCENT, percent(values.get("Device Usage Info/GCU Usage")))
        .figure(Metric.POWER_WATTS, watts(values.get("Power Info/Cur Power")))
        .figure(Metric.POWER_LIMIT_WATTS, watts(values.get("Power Info/Power Capa")))
        .figure(Metric.MEMORY_CLOCK_MEGAHERTZ, clock(values.get("Clock Info/Mem CLK")))
        .figure(Metric.ECC_UNCORRECTED_COUNT, Quantity.count(values.get("RMA Info/Total DBE")))
        .figure(Metric.PCIE_ERRORS_COUNT, errors(values));
    pcie(values, device);
  }

  /** Version 1.7 moved the link's lines one step in. */
  private static void pcie(Map<String, String> values, ReadingBuilder device) {
    String in = "PCIe Info/Link Info/";
    String beside = "PCIe Info/";
    device
        .figure(
            Metric.PCIE_GENERATION_MAX,
            Quantity.generation(first(values, in + "Max Link Speed", beside + "Max Link Speed")))
        .figure(
            Metric.PCIE_GENERATION,
            Quantity.generation(first(values, in + "Cur Link Speed", beside + "Cur Link Speed")))
        .figure(
            Metric.PCIE_LANES_MAX,
            lanes(first(values, in + "Max Link Width", beside + "Max Link Width")))
        .figure(
            Metric.PCIE_LANES,
            lanes(first(values, in + "Cur Link Width", beside + "Cur Link Width")))
        .figure(
            Metric.PCIE_SENT_BYTES_PER_SECOND,
            Quantity.bytesPerSecond(first(values, in + "Tx Throughput", beside + "Tx Throughput")))
        .figure(
            Metric.PCIE_RECEIVED_BYTES_PER_SECOND,
            Quantity.bytesPerSecond(first(values, in + "Rx Throughput", beside + "Rx Throughput")));
  }

  /** A sum is told only when all its parts are. */
  private static @Nullable Double errors(Map<String, String> values) {
    Double receiver = Quantity.count(values.get("PCIe Info/Receiver Error"));
    Double packets = Quantity.count(values.get("PCIe Info/Bad TLP"));
    Double link = Quantity.count(values.get("PCIe Info/Bad DLLP"));
    return receiver == null || packets == null || link == null
        ? null
        : Double.valueOf(receiver + packets + link);
  }

  private static @Nullable String busId(Map<String, String> values) {
    String domain = values.get("PCIe Info/Domain");
    String bus = values.get("PCIe Info/Bus");
    String device = values.get("PCIe Info/Dev");
    String function = values.get("PCIe Info/Func");
    return domain == null || bus == null || device == null || function == null
        ? null
        : "%s:%s:%s.%s".formatted(domain, bus, device, function);
  }

  private static @Nullable String first(Map<String, String> values, String... paths) {
    for (String path : paths) {
      String value = values.get(path);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable Double degrees(@Nullable String text) {
    return text != null && !text.matches(".*\\d") ? Quantity.celsius(text) : null;
  }

  private static @Nullable Double percent(@Nullable String text) {
    return text != null && text.endsWith("%") ? Quantity.percent(text) : null;
  }

  private static @Nullable Double watts(@Nullable String text) {
    return text != null && text.endsWith("W") ? Quantity.watts(text) : null;
  }

  private static @Nullable Double clock(@Nullable String text) {
    return text != null && text.endsWith("Hz") ? Quantity.megahertz(text) : null;
  }

  private static @Nullable Double lanes(@Nullable String text) {
    return text != null && text.startsWith("X") ? Quantity.lanes(text) : null;
  }
}
