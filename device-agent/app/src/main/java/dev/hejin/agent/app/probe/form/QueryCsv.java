package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.CsvTable;
import dev.hejin.agent.probe.text.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to {@code --query-gpu=... --format=csv}, whatever columns it has. */
public final class QueryCsv {
  /** Columns that every driver of the last years knows; an unknown one fails the whole query. */
  public static final String COLUMNS =
      "index,name,uuid,pci.bus_id,serial,driver_version,vbios_version,"
          + "memory.total,memory.used,utilization.gpu,utilization.memory,"
          + "temperature.gpu,temperature.memory,power.draw,enforced.power.limit,fan.speed,"
          + "clocks.current.sm,clocks.current.memory,clocks.max.sm,clocks.max.memory,"
          + "pcie.link.gen.current,pcie.link.gen.max,pcie.link.width.current,pcie.link.width.max,"
          + "ecc.errors.corrected.volatile.total,ecc.errors.uncorrected.volatile.total,"
          + "mig.mode.current";

  private static final List<String> UNNAMED =
      List.of(
          "index",
          "name",
          "memory.total",
          "memory.used",
          "utilization.gpu",
          "temperature.gpu",
          "pci.bus_id");

  private static final String SLOW = "clocks_event_reasons.";

  private QueryCsv() {}

  /** Reads an output with a line of names. */
  public static void read(String raw, Readings readings) {
    List<Map<String, String>> rows = CsvTable.read(raw, "name");
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), i, readings);
    }
  }

  /** Reads an output without one. */
  public static void read(String raw, List<String> names, Readings readings) {
    List<Map<String, String>> rows = CsvTable.read(raw, names);
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), i, readings);
    }
  }

  private static void row(Map<String, String> row, int order, Readings readings) {
    if (!row.containsKey("name")) {
      return;
    }
    String index = row.getOrDefault("index", "");
    ReadingBuilder device = readings.at(index.matches("\\d{1,4}") ? index : String.valueOf(order));
    device
        .name(row.get("name"))
        .uuid(row.get("uuid"))
        .serial(row.get("serial"))
        .busId(first(row, "pci.bus_id", "gpu_bus_id", "pci.bus"))
        .driver(row.get("driver_version"))
        .firmware(row.get("vbios_version"));
    load(row, device);
    bus(row, device);
    state(row, device);
  }

  private static void load(Map<String, String> row, ReadingBuilder device) {
    device
        .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.mebibytes(row.get("memory.total")))
        .figure(Metric.MEMORY_USED_BYTES, Quantity.mebibytes(row.get("memory.used")))
        .figure(Metric.UTILIZATION_PERCENT, Quantity.percent(row.get("utilization.gpu")))
        .figure(Metric.MEMORY_BUSY_PERCENT, Quantity.percent(row.get("utilization.memory")))
        .figure(Metric.ENCODER_PERCENT, Quantity.percent(row.get("utilization.encoder")))
        .figure(Metric.DECODER_PERCENT, Quantity.percent(row.get("utilization.decoder")))
        .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(row.get("temperature.gpu")))
        .figure(Metric.MEMORY_TEMPERATURE_CELSIUS, Quantity.celsius(row.get("temperature.memory")))
        .figure(Metric.POWER_WATTS, Quantity.watts(row.get("power.draw")))
        .figure(
            Metric.POWER_LIMIT_WATTS,
            Quantity.watts(first(row, "enforced.power.limit", "power.limit")))
        .figure(Metric.FAN_PERCENT, Quantity.percent(row.get("fan.speed")))
        .figure(
            Metric.CORE_CLOCK_MEGAHERTZ,
            Quantity.megahertz(first(row, "clocks.current.sm", "clocks.sm")))
        .figure(
            Metric.MEMORY_CLOCK_MEGAHERTZ,
            Quantity.megahertz(first(row, "clocks.current.memory", "clocks.mem")))
        .figure(Metric.CORE_CLOCK_MAX_MEGAHERTZ, Quantity.megahertz(row.get("clocks.max.sm")))
        .figure(
            Metric.MEMORY_CLOCK_MAX_MEGAHERTZ,
            Quantity.megahertz(first(row, "clocks.max.memory", "clocks.max.mem")));
  }

  private static void bus(Map<String, String> row, ReadingBuilder device) {
    device
        .figure(Metric.PCIE_GENERATION, Quantity.generation(row.get("pcie.link.gen.current")))
        .figure(Metric.PCIE_GENERATION_MAX, Quantity.generation(row.get("pcie.link.gen.max")))
        .figure(Metric.PCIE_LANES, Quantity.lanes(row.get("pcie.link.width.current")))
        .figure(Metric.PCIE_LANES_MAX, Quantity.lanes(row.get("pcie.link.width.max")))
        .figure(
            Metric.ECC_CORRECTED_COUNT,
            Quantity.count(row.get("ecc.errors.corrected.volatile.total")))
        .figure(
            Metric.ECC_UNCORRECTED_COUNT,
            Quantity.count(row.get("ecc.errors.uncorrected.volatile.total")));
    Double corrected = Quantity.count(row.get("remapped_rows.correctable"));
    Double uncorrected = Quantity.count(row.get("remapped_rows.uncorrectable"));
    if (corrected != null && uncorrected != null) {
      device.figure(Metric.REMAPPED_ROWS_COUNT, corrected + uncorrected);
    }
  }

  private static void state(Map<String, String> row, ReadingBuilder device) {
    if ("Enabled".equals(row.get("mig.mode.current"))) {
      device.remark("MIG is on");
    }
    row.forEach(
        (name, value) -> {
          boolean active = name.startsWith(SLOW) && value.equals("Active");
          String reason = name.substring(Math.min(SLOW.length(), name.length()));
          if (active && reason.matches("(hw_|sw_thermal).*")) {
            device.atBest(Health.DEGRADED, "slowed: " + reason);
          } else if (active && !reason.equals("gpu_idle")) {
            device.remark("clocks: " + reason);
          }
        });
    if ("Yes".equals(row.get("remapped_rows.failure"))) {
      device.atBest(Health.FAILED, "row remapping failed");
    }
    String recovery = row.getOrDefault("gpu_recovery_action", "None");
    if (!recovery.matches("None|\\[?N/A\\]?|\\[.*\\]|")) {
      device.atBest(Health.DEGRADED, "recovery action: " + recovery);
    }
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

  /** Reads the answer to {@code --query-compute-apps}: processes, and the devices that they use. */
  public static void readProcesses(String raw, Readings readings) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (Map<String, String> row : CsvTable.read(raw, "pid")) {
      String bus = row.getOrDefault("gpu_bus_id", "");
      String pid = row.getOrDefault("pid", "");
      if (ReadingBuilder.busIdIn(bus) == null || !pid.matches("\\d{1,18}")) {
        continue;
      }
      String key = keys.computeIfAbsent(bus, name -> String.valueOf(keys.size()));
      readings
          .at(key)
          .busId(bus)
          .name(row.get("gpu_name"))
          .uuid(row.get("gpu_uuid"))
          .serial(row.get("gpu_serial"))
          .process(
              new ProcessUse(
                  Long.parseLong(pid),
                  row.getOrDefault("process_name", ""),
                  Quantity.mebibytes(first(row, "used_gpu_memory", "used_memory"))));
    }
  }

  /**
   * Reads lines without names whose shape leaves no doubt: index, name, two memories, a share, a
   * number, an address; memory in use cannot be more than there is.
   */
  public static void readUnnamed(String raw, Readings readings) {
    for (Map<String, String> row : CsvTable.read(raw, UNNAMED)) {
      Double total = Quantity.bytes(row.get("memory.total"));
      Double used = Quantity.bytes(row.get("memory.used"));
      boolean fits =
          row.size() == UNNAMED.size()
              && row.getOrDefault("index", "").matches("\\d{1,4}")
              && total != null
              && used != null
              && used <= total
              && row.getOrDefault("utilization.gpu", "").endsWith("%")
              && row.getOrDefault("temperature.gpu", "").matches("\\d+(?: C)?")
              && ReadingBuilder.busIdIn(row.get("pci.bus_id")) != null;
      if (fits) {
        row(row, 0, readings);
      }
    }
  }
}
