package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.WordTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The running lists of {@code nvidia-smi dmon} and {@code efsmi --dmon}: a line of names, a line of
 * units, then a line a device, again and again. The first line of a device counts.
 */
public final class MonitorTable {
  private MonitorTable() {}

  /** Reads it. */
  public static void read(String raw, Readings readings) {
    String plain = raw.replaceAll("(?m)^# gpu\\b", "gpu").replace("*Dev ", "dev ");
    for (Map<String, String> row : WordTable.read(plain, MonitorTable::isHeader)) {
      String key = row.values().iterator().next();
      readings
          .at(key)
          .figure(Metric.POWER_WATTS, Quantity.watts(row.get("pwr")))
          .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(first(row, "gtemp", "dtemp")))
          .figure(Metric.MEMORY_TEMPERATURE_CELSIUS, Quantity.celsius(row.get("mtemp")))
          .figure(Metric.UTILIZATION_PERCENT, Quantity.percent(first(row, "sm", "dused")))
          .figure(Metric.MEMORY_USED_PERCENT, Quantity.percent(row.get("mused")))
          .figure(Metric.ENCODER_PERCENT, Quantity.percent(row.get("enc")))
          .figure(Metric.DECODER_PERCENT, Quantity.percent(row.get("dec")))
          .figure(Metric.MEMORY_CLOCK_MEGAHERTZ, Quantity.megahertz(row.get("mclk")))
          .figure(Metric.CORE_CLOCK_MEGAHERTZ, Quantity.megahertz(row.get("pclk")));
      perVendor(row, key, readings);
    }
  }

  /** "mem" is a share of time with NVIDIA, and mebibytes with Enflame, which tells "mused" too. */
  private static void perVendor(Map<String, String> row, String key, Readings readings) {
    boolean enflame = row.containsKey("mused");
    readings
        .at(key)
        .figure(
            enflame ? Metric.MEMORY_TOTAL_BYTES : Metric.MEMORY_BUSY_PERCENT,
            enflame ? Quantity.mebibytes(row.get("mem")) : Quantity.percent(row.get("mem")))
        .figure(Metric.PCIE_SENT_BYTES_PER_SECOND, mebibytes(row.get("txpci")))
        .figure(Metric.PCIE_RECEIVED_BYTES_PER_SECOND, mebibytes(row.get("rxpci")));
  }

  private static @Nullable Double mebibytes(@Nullable String rate) {
    return Quantity.bytesPerSecond(rate + " MiB/s");
  }

  private static boolean isHeader(List<String> words) {
    return words.size() > 3
        && words.getFirst().matches("(?i)gpu|dev")
        && words.stream().anyMatch(word -> word.equalsIgnoreCase("pwr"));
  }

  private static @Nullable String first(Map<String, String> row, String... names) {
    for (String name : names) {
      String value = row.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
