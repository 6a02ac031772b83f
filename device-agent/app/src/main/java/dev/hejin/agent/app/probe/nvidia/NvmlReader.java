package dev.hejin.agent.app.probe.nvidia;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ReadingBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads the figures of one device handle; the layouts are those of NVML 13 on 64-bit systems. */
final class NvmlReader {
  private static final int MEMORY_BYTES = 40;
  private static final int MEMORY_VERSION = 0x2000028;
  private static final int TEMPERATURE_BYTES = 12;
  private static final int TEMPERATURE_VERSION = 0x100000c;
  private static final int PCI_BYTES = 68;
  private static final int PCI_BUS_ID = 36;
  private static final int PROCESS_BYTES = 24;
  private static final long NO_VALUE = -1;
  private static final int CLOCK_CORE = 1;
  private static final int CLOCK_MEMORY = 2;
  private static final int FIELD_LINK_SPEED_MEGABYTES = 90;

  /** Reasons that slow a device down against its operator's will. */
  private static final Map<Integer, String> SLOWED =
      Map.of(
          0x8, "hardware slowdown",
          0x20, "software thermal slowdown",
          0x40, "hardware thermal slowdown",
          0x80, "hardware power brake");

  private static final Map<Integer, String> NOTED = noted();

  private NvmlReader() {}

  private static Map<Integer, String> noted() {
    Map<Integer, String> noted = new LinkedHashMap<>();
    noted.put(0x2, "application clocks");
    noted.put(0x4, "software power cap");
    noted.put(0x10, "sync boost");
    return noted;
  }

  /** What does not move. */
  static void identify(NvmlDevice from, ReadingBuilder to) {
    to.name(from.text("nvmlDeviceGetName"))
        .uuid(from.text("nvmlDeviceGetUUID"))
        .serial(from.text("nvmlDeviceGetSerial"))
        .firmware(from.text("nvmlDeviceGetVbiosVersion"))
        .figure(Metric.CORE_COUNT, from.number("nvmlDeviceGetNumGpuCores"))
        .figure(Metric.NUMA_NODE, from.number("nvmlDeviceGetNumaNodeId"))
        .figure(
            Metric.CORE_CLOCK_MAX_MEGAHERTZ, from.number("nvmlDeviceGetMaxClockInfo", CLOCK_CORE))
        .figure(
            Metric.MEMORY_CLOCK_MAX_MEGAHERTZ,
            from.number("nvmlDeviceGetMaxClockInfo", CLOCK_MEMORY))
        .figure(Metric.PCIE_GENERATION_MAX, from.number("nvmlDeviceGetMaxPcieLinkGeneration"))
        .figure(Metric.PCIE_LANES_MAX, from.number("nvmlDeviceGetMaxPcieLinkWidth"));
    try (Arena arena = Arena.ofConfined()) {
      from.struct(arena, "nvmlDeviceGetPciInfo_v3", PCI_BYTES, OptionalInt.empty())
          .ifPresent(pci -> to.busId(pci.getString(PCI_BUS_ID)));
    }
    if (from.two("nvmlDeviceGetMigMode").map(mode -> mode[0] == 1).orElse(false)) {
      to.remark("MIG is on");
    }
  }

  /** What moves. */
  static void sample(NvmlDevice from, ReadingBuilder to) {
    memory(from, to);
    to.figure(Metric.TEMPERATURE_CELSIUS, temperature(from))
        .figure(Metric.POWER_WATTS, thousandth(from.number("nvmlDeviceGetPowerUsage")))
        .figure(
            Metric.POWER_LIMIT_WATTS, thousandth(from.number("nvmlDeviceGetEnforcedPowerLimit")))
        .figure(Metric.CORE_CLOCK_MEGAHERTZ, from.number("nvmlDeviceGetClockInfo", CLOCK_CORE))
        .figure(Metric.MEMORY_CLOCK_MEGAHERTZ, from.number("nvmlDeviceGetClockInfo", CLOCK_MEMORY))
        .figure(Metric.FAN_PERCENT, from.number("nvmlDeviceGetFanSpeed"))
        .figure(Metric.PCIE_GENERATION, from.number("nvmlDeviceGetCurrPcieLinkGeneration"))
        .figure(Metric.PCIE_LANES, from.number("nvmlDeviceGetCurrPcieLinkWidth"))
        .figure(Metric.ECC_CORRECTED_COUNT, from.eccErrors(0))
        .figure(Metric.ECC_UNCORRECTED_COUNT, from.eccErrors(1));
    Long millijoules = from.whole("nvmlDeviceGetTotalEnergyConsumption");
    if (millijoules != null && millijoules >= 0) {
      to.figure(Metric.ENERGY_JOULES, millijoules / 1e3);
    }
    utilization(from, to);
    clockReasons(from, to);
    processes(from, to);
    if (from.worst() != NvmlStatus.SUCCESS) {
      to.atBest(Health.FAILED, NvmlStatus.words(from.worst()));
    }
  }

  static void memory(NvmlDevice from, ReadingBuilder to) {
    try (Arena arena = Arena.ofConfined()) {
      var second =
          from.struct(
              arena, "nvmlDeviceGetMemoryInfo_v2", MEMORY_BYTES, OptionalInt.of(MEMORY_VERSION));
      if (second.isPresent()) {
        memory(second.get(), 8, 32, to);
      } else {
        from.struct(arena, "nvmlDeviceGetMemoryInfo", 24, OptionalInt.empty())
            .ifPresent(first -> memory(first, 0, 16, to));
      }
    }
  }

  private static void memory(MemorySegment told, int total, int used, ReadingBuilder to) {
    to.figure(Metric.MEMORY_TOTAL_BYTES, (double) told.get(JAVA_LONG, total))
        .figure(Metric.MEMORY_USED_BYTES, (double) told.get(JAVA_LONG, used));
  }

  private static @Nullable Double temperature(NvmlDevice from) {
    try (Arena arena = Arena.ofConfined()) {
      var told =
          from.struct(
              arena,
              "nvmlDeviceGetTemperatureV",
              TEMPERATURE_BYTES,
              OptionalInt.of(TEMPERATURE_VERSION));
      return told.isPresent()
          ? Double.valueOf(told.get().get(JAVA_INT, 8))
          : from.number("nvmlDeviceGetTemperature", 0);
    }
  }

  private static @Nullable Double thousandth(@Nullable Double value) {
    return value == null ? null : value / 1000;
  }

  private static void utilization(NvmlDevice from, ReadingBuilder to) {
    try (Arena arena = Arena.ofConfined()) {
      from.struct(arena, "nvmlDeviceGetUtilizationRates", 8, OptionalInt.empty())
          .ifPresent(
              rates ->
                  to.figure(Metric.UTILIZATION_PERCENT, (double) rates.get(JAVA_INT, 0))
                      .figure(Metric.MEMORY_BUSY_PERCENT, (double) rates.get(JAVA_INT, 4)));
    }
  }

  private static void clockReasons(NvmlDevice from, ReadingBuilder to) {
    Long told = from.whole("nvmlDeviceGetCurrentClocksEventReasons");
    Long mask = told != null ? told : from.whole("nvmlDeviceGetCurrentClocksThrottleReasons");
    if (mask == null) {
      return;
    }
    SLOWED.keySet().stream()
        .sorted()
        .filter(bit -> (mask & bit) != 0)
        .forEach(bit -> to.atBest(Health.DEGRADED, "slowed: " + SLOWED.get(bit)));
    NOTED.forEach(
        (bit, reason) -> {
          if ((mask & bit) != 0) {
            to.remark("clocks: " + reason);
          }
        });
  }

  private static void processes(NvmlDevice from, ReadingBuilder to) {
    try (Arena arena = Arena.ofConfined()) {
      from.records(arena, "nvmlDeviceGetComputeRunningProcesses_v3", PROCESS_BYTES)
          .ifPresent(
              records -> {
                for (int i = 0; i < records.count(); i++) {
                  long at = (long) i * PROCESS_BYTES;
                  long used = records.buffer().get(JAVA_LONG, at + 8);
                  to.process(
                      new ProcessUse(
                          Integer.toUnsignedLong(records.buffer().get(JAVA_INT, at)),
                          "",
                          used == NO_VALUE ? null : Double.valueOf(used)));
                }
              });
    }
  }

  /** Rate of one active link in one direction; null when unknown. */
  static @Nullable Double linkBytesPerSecond(NvmlDevice from) {
    Double megabytes = from.field(FIELD_LINK_SPEED_MEGABYTES);
    return megabytes == null || megabytes <= 0 ? null : Double.valueOf(megabytes * 1e6);
  }

  /** PCI address at the other end of a link; null when unknown. */
  static @Nullable String remoteBusId(NvmlDevice from, int link) {
    try (Arena arena = Arena.ofConfined()) {
      return from.structOf(arena, "nvmlDeviceGetNvLinkRemotePciInfo_v2", link, PCI_BYTES)
          .map(pci -> ReadingBuilder.busIdIn(pci.getString(PCI_BUS_ID)))
          .orElse(null);
    }
  }
}
