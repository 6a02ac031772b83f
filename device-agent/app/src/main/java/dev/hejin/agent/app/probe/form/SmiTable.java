package dev.hejin.agent.app.probe.form;

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
 * The overview table that nvidia-smi began and that most vendors print alike. Columns are known by
 * name; what a vendor adds is skipped.
 */
public final class SmiTable {
  private static final String[] KEYS = {
    "gpu", "npu", "xpu", "ppu", "card", "dev", "id", "mlu", "gcu", "dcu", "hcu"
  };
  private static final Pattern DRIVER =
      Pattern.compile("Driver(?: Ver(?:sion)?)?\\s*:?\\s*v?(\\d[\\w.-]*)(?=[\\s|])");
  private static final Pattern FIRMWARE =
      Pattern.compile("BIOS Version\\s*:\\s*(\\d[\\w.-]*)(?=[\\s|])");
  private static final Pattern BAD_STATE = Pattern.compile("(?i).*(unavail|fail|error|lost).*");
  private static final Pattern PROCESS =
      Pattern.compile(
          "\\|\\s+(\\d+)\\s+(?:(\\S+)\\s+(\\S+)\\s+)?(\\d+)\\s+[CGM+]+\\s+(.*?)\\s+"
              + "(\\d+\\s?MiB|N/A)\\s*\\|");

  private SmiTable() {}

  /** Reads the whole output. */
  public static void read(String raw, Readings readings) {
    String driver = firstMatch(DRIVER, raw);
    String firmware = firstMatch(FIRMWARE, raw);
    for (BoxTable.Entry entry : BoxTable.read(raw)) {
      String key = entry.value(KEYS);
      if (key == null || key.isEmpty() || entry.has("gi") || !isDevice(entry)) {
        continue;
      }
      ReadingBuilder device = readings.at(key);
      identify(entry, device);
      figures(entry, device);
      device.driver(driver).firmware(firmware);
    }
    processes(raw, readings);
  }

  private static boolean isDevice(BoxTable.Entry entry) {
    return entry.has("name") && (entry.has("bus-id") || entry.has("pcie") || entry.has("driver"));
  }

  private static void identify(BoxTable.Entry entry, ReadingBuilder device) {
    device
        .name(entry.value("name"))
        .busId(entry.value("bus-id", "pcie"))
        .serial(entry.value("sn"))
        .driver(version(entry.value("driver")))
        .firmware(version(entry.value("firmware", "fw ver", "boot fw ver")));
    String state = entry.value("gpu-state");
    if (state != null && BAD_STATE.matcher(state).matches()) {
      device.atBest(Health.FAILED, "state: " + state);
    }
  }

  private static @Nullable String version(@Nullable String text) {
    return text == null ? null : text.replaceFirst("^v(?=\\d)", "");
  }

  private static void figures(BoxTable.Entry entry, ReadingBuilder device) {
    List<String> power = Quantity.pair(power(entry));
    List<String> lanes = Quantity.pair(entry.value("pcie lane width"));
    List<String> cache = Quantity.pair(entry.value("l3-usage"));
    device
        .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(entry.value("temp", "temp.")))
        .figure(
            Metric.UTILIZATION_PERCENT,
            withSign(
                entry.value(
                    "gpu-util", "xpu-util", "ppu-util", "gcu-util", "util", "%gpu", "dused")))
        .figure(Metric.FAN_PERCENT, withSign(entry.value("fan")))
        .figure(Metric.POWER_WATTS, Quantity.watts(power.getFirst()))
        .figure(Metric.POWER_LIMIT_WATTS, Quantity.watts(power.getLast()))
        .figure(Metric.CACHE_USED_BYTES, Quantity.bytes(cache.getFirst()))
        .figure(Metric.CACHE_TOTAL_BYTES, Quantity.bytes(cache.getLast()))
        .figure(Metric.CORE_CLOCK_MEGAHERTZ, Quantity.megahertz(entry.value("clock-sm")))
        .figure(Metric.MEMORY_CLOCK_MEGAHERTZ, Quantity.megahertz(entry.value("clock-mem")))
        .figure(Metric.PCIE_LANES, Quantity.lanes(lanes.getFirst()))
        .figure(Metric.PCIE_LANES_MAX, Quantity.lanes(lanes.getLast()))
        .figure(Metric.ECC_UNCORRECTED_COUNT, Quantity.count(entry.value("volatile uncorr. ecc")))
        .figure(Metric.ECC_ERRORS_COUNT, Quantity.count(entry.value("ecc-error")));
    memory(entry, device);
  }

  /** "0%": a bare number under such a name is something else. */
  private static @Nullable Double withSign(@Nullable String text) {
    return text != null && text.endsWith("%") ? Quantity.percent(text) : null;
  }

  private static @Nullable String power(BoxTable.Entry entry) {
    String told = entry.value("pwr:usage/cap", "pwr(usage/cap)", "power:usage/cap");
    return told == null || told.contains("/") ? told : told + " / NA";
  }

  private static void memory(BoxTable.Entry entry, ReadingBuilder device) {
    String told = entry.value("memory-usage", "mem");
    List<String> memory = Quantity.pair(told);
    if (memory.getLast().isEmpty()) {
      device.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(told));
    } else {
      device
          .figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(memory.getFirst()))
          .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(memory.getLast()));
    }
  }

  private static void processes(String raw, Readings readings) {
    for (String line : ToolText.of(raw).lines()) {
      Matcher match = PROCESS.matcher(line.strip());
      if (match.matches()) {
        readings
            .find(match.group(1))
            .ifPresent(
                device ->
                    device.process(
                        new ProcessUse(
                            Long.parseLong(match.group(4)),
                            match.group(5),
                            Quantity.bytes(match.group(6)))));
      }
    }
  }

  private static @Nullable String firstMatch(Pattern pattern, String raw) {
    Matcher match = pattern.matcher(String.join("\n", ToolText.of(raw).lines()));
    return match.find() ? match.group(1) : null;
  }

  /** Reads the table of slices of partitioned devices. */
  public static void readPartitions(String raw, Readings readings) {
    for (BoxTable.Entry entry : BoxTable.read(raw)) {
      String device = entry.value("gpu", "ppu");
      String instance = entry.value("gi");
      String slice = entry.value("mig");
      if (device == null || instance == null || slice == null || slice.isEmpty()) {
        continue;
      }
      List<String> memory = Quantity.pair(entry.value("shared memory-usage", "memory-usage"));
      ReadingBuilder part =
          readings
              .at(device + "/mig" + slice.toLowerCase(Locale.ROOT))
              .partitionOf(device)
              .figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(memory.getFirst()))
              .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(memory.getLast()));
      part.card(device);
    }
  }
}
