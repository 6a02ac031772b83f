package dev.hejin.agent.probe;

import java.util.List;
import java.util.Map;

/**
 * One kind of figure that a driver or tool may tell, its unit in its name.
 *
 * <p>Each has the range in which it can be true. What lies outside is an error value of the tool (a
 * lost device reports 4294967 W) and counts as unknown.
 */
public enum Metric {
  /** Memory that the device computes in. */
  MEMORY_TOTAL_BYTES(1L << 20, 1L << 46),
  MEMORY_USED_BYTES(0, 1L << 46),
  /** Share of the memory in use; of tools that tell no bytes. */
  MEMORY_USED_PERCENT(0, 100),
  /** Slower memory beside it, for example the DDR of an Ascend 910. */
  SIDE_MEMORY_TOTAL_BYTES(1L << 20, 1L << 46),
  SIDE_MEMORY_USED_BYTES(0, 1L << 46),
  CACHE_TOTAL_BYTES(1L << 10, 1L << 40),
  CACHE_USED_BYTES(0, 1L << 40),
  /** Share of the time in which the compute units were busy. */
  UTILIZATION_PERCENT(0, 100),
  /** Share of the time in which the memory was busy. */
  MEMORY_BUSY_PERCENT(0, 100),
  ENCODER_PERCENT(0, 100),
  DECODER_PERCENT(0, 100),
  TEMPERATURE_CELSIUS(-50, 200),
  MEMORY_TEMPERATURE_CELSIUS(-50, 200),
  HOTSPOT_TEMPERATURE_CELSIUS(-50, 200),
  BOARD_TEMPERATURE_CELSIUS(-50, 200),
  POWER_WATTS(0, 5000),
  POWER_LIMIT_WATTS(1, 5000),
  /** Of the whole card, where it holds several devices. */
  CARD_POWER_WATTS(0, 5000),
  ENERGY_JOULES(0, 1e15),
  FAN_PERCENT(0, 150),
  CORE_CLOCK_MEGAHERTZ(0, 10_000),
  CORE_CLOCK_MAX_MEGAHERTZ(1, 10_000),
  MEMORY_CLOCK_MEGAHERTZ(0, 50_000),
  MEMORY_CLOCK_MAX_MEGAHERTZ(1, 50_000),
  CORE_COUNT(1, 1_000_000),
  /** Since the driver was loaded. */
  ECC_CORRECTED_COUNT(0, 1e15),
  ECC_UNCORRECTED_COUNT(0, 1e15),
  /** Of tools that do not tell whether they were corrected. */
  ECC_ERRORS_COUNT(0, 1e15),
  REMAPPED_ROWS_COUNT(0, 1e9),
  /** Pages of memory that the driver no longer uses. */
  ISOLATED_PAGES_COUNT(0, 1e9),
  /** Errors and repeated packets of the bus since the driver was loaded. */
  PCIE_ERRORS_COUNT(0, 1e15),
  /** Errors, repetitions and recoveries of the vendor's own links since the driver was loaded. */
  SCALE_UP_ERRORS_COUNT(0, 1e15),
  PCIE_GENERATION(1, 10),
  PCIE_GENERATION_MAX(1, 10),
  PCIE_LANES(1, 64),
  PCIE_LANES_MAX(1, 64),
  PCIE_SENT_BYTES_PER_SECOND(0, 1e13),
  PCIE_RECEIVED_BYTES_PER_SECOND(0, 1e13),
  /** Active links of the vendor's own kind. */
  SCALE_UP_LINKS_COUNT(0, 1024),
  /** One direction, sum over the links. */
  SCALE_UP_BYTES_PER_SECOND(1e6, 1e14),
  NUMA_NODE(0, 4095);

  /** Ends of names and their units, longer ends first. */
  private static final List<Map.Entry<String, String>> UNITS =
      List.of(
          Map.entry("_BYTES_PER_SECOND", "bytes/s"),
          Map.entry("_BYTES", "bytes"),
          Map.entry("_PERCENT", "%"),
          Map.entry("_CELSIUS", "C"),
          Map.entry("_WATTS", "W"),
          Map.entry("_JOULES", "J"),
          Map.entry("_MEGAHERTZ", "MHz"),
          Map.entry("_COUNT", "count"),
          Map.entry("_LANES", "lanes"),
          Map.entry("_LANES_MAX", "lanes"));

  private final double least;
  private final double most;

  Metric(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** Tells whether the value can be true. */
  public boolean allows(double value) {
    return value >= least && value <= most;
  }

  /** Unit of the value; empty for a plain number such as a generation or a node. */
  public String unit() {
    String name = name();
    for (Map.Entry<String, String> unit : UNITS) {
      if (name.endsWith(unit.getKey())) {
        return unit.getValue();
      }
    }
    return "";
  }
}
