package dev.hejin.agent.app.probe.ascend;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.BoxTable;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.ToolText;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@code npu-smi info}: two rows a chip, the first of the card (NPU), the second of
 * the chip. Three layouts: with "Device" and one memory (310, 310P, 910A of 22.x), with "Chip"
 * alone and two memories (23, 24), with "Phy-ID" (910C). Keys are "NPU/chip".
 *
 * <p>Where there are two memories, HBM is the device's and the other one is beside it; "0 / 0"
 * means that there is none. Power "-" of the second die of a 910C: told for the card on the first
 * one.
 */
final class NpuTable {
  /** For rows whose header was lost; names only the columns that all layouts have there. */
  private static final String BARE_HEADER =
      """
      +===+
      | NPU   Name | Health | Power(W)    Temp(C)           Hugepages-Usage(page)|
      | Chip  Phy-ID | Bus-Id | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
      +===+
      """;

  private static final Pattern DRIVER = Pattern.compile("npu-smi \\S+\\s+Version: (\\S+)\\s");
  private static final Pattern PROCESS =
      Pattern.compile(
          "\\|\\s*(\\d+)\\s+(\\d+)\\s*\\|\\s*(\\d{1,18})\\s*\\|\\s*(.*?)\\s*\\|\\s*(\\d+)\\s*\\|");

  private NpuTable() {}

  /** Reads the whole output, whatever noise stands around the table. */
  static void read(String raw, Readings readings) {
    List<BoxTable.Entry> entries = chips(raw);
    if (entries.isEmpty() && raw.contains("|")) {
      entries = chips(BARE_HEADER + raw);
    }
    Matcher driver = DRIVER.matcher(raw);
    String version = driver.find() ? driver.group(1) : null;
    for (BoxTable.Entry entry : entries) {
      chip(entry, version, readings);
    }
    for (String line : ToolText.of(raw).lines()) {
      process(line, readings);
    }
  }

  private static List<BoxTable.Entry> chips(String raw) {
    return BoxTable.read(raw).stream()
        .filter(entry -> entry.has("npu") && entry.has("health"))
        .toList();
  }

  private static void chip(BoxTable.Entry entry, @Nullable String version, Readings readings) {
    String npu = entry.value("npu");
    if (npu == null || !npu.matches("\\d{1,9}")) {
      return;
    }
    String told = entry.value("chip");
    // A table that ends between the two rows tells of a chip, but not of which.
    String chip = told == null || !told.matches("\\d{1,4}") ? "?" : told;
    ReadingBuilder device = readings.at(npu + "/" + chip);
    device
        .card(npu)
        .name(entry.value("name"))
        .busId(entry.value("bus-id"))
        .driver(version)
        .figure(Metric.POWER_WATTS, Quantity.watts(entry.value("power(w)")))
        .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(entry.value("temp(c)")))
        .figure(Metric.UTILIZATION_PERCENT, Quantity.percent(entry.value("aicore(%)")));
    health(entry.value("health"), device);
    memory(entry, device);
  }

  static void health(@Nullable String told, ReadingBuilder device) {
    switch (told == null ? "" : told.strip().toLowerCase(Locale.ROOT)) {
      case "warning" -> device.atBest(Health.DEGRADED, "health: Warning");
      case "alarm", "critical", "offline" -> device.atBest(Health.FAILED, "health: " + told);
      default -> {}
    }
  }

  private static void memory(BoxTable.Entry entry, ReadingBuilder device) {
    List<String> plain = Quantity.pair(entry.value("memory-usage(mb)"));
    List<String> hbm = Quantity.pair(entry.value("hbm-usage(mb)"));
    Double hbmTotal = Quantity.mebibytes(hbm.getLast());
    boolean two = hbmTotal != null && hbmTotal > 0;
    if (two) {
      device
          .figure(Metric.MEMORY_TOTAL_BYTES, hbmTotal)
          .figure(Metric.MEMORY_USED_BYTES, Quantity.mebibytes(hbm.getFirst()));
    }
    // In a table with a second column that was cut off, nobody knows which memory this is.
    boolean lost = entry.has("memory-usage(mb)") && cutBehind(entry);
    Double total = Quantity.mebibytes(plain.getLast());
    if (total != null && total > 0 && !lost) {
      device
          .figure(two ? Metric.SIDE_MEMORY_TOTAL_BYTES : Metric.MEMORY_TOTAL_BYTES, total)
          .figure(
              two ? Metric.SIDE_MEMORY_USED_BYTES : Metric.MEMORY_USED_BYTES,
              Quantity.mebibytes(plain.getFirst()));
    }
  }

  private static boolean cutBehind(BoxTable.Entry entry) {
    String hbm = entry.value("hbm-usage(mb)");
    return hbm != null && hbm.isEmpty();
  }

  private static void process(String line, Readings readings) {
    Matcher match = PROCESS.matcher(line.strip());
    if (match.matches()) {
      readings
          .find(match.group(1) + "/" + match.group(2))
          .ifPresent(
              device ->
                  device.process(
                      new ProcessUse(
                          Long.parseLong(match.group(3)),
                          match.group(4),
                          Quantity.mebibytes(match.group(5)))));
    }
  }
}
