package dev.hejin.agent.simulation.fault;

import java.util.Arrays;

/**
 * Causes of unexpected interruptions of a training job on 16,384 H100 over 54 days, with their
 * counts: table 5 of "The Llama 3 Herd of Models" (arXiv 2407.21783). The 18 counts add up to 419;
 * the table's percentages do not all follow from them, so the counts are taken.
 *
 * <p>Scope and mean time to repair are our assumptions: the table tells neither. Hardware of a
 * device or node is out for 4 hours, software for 15 minutes, a network part for 1 hour.
 */
public enum FaultCause {
  FAULTY_GPU(148, FaultScope.DEVICE, Repair.HARDWARE),
  HBM3_MEMORY(72, FaultScope.DEVICE, Repair.HARDWARE),
  SOFTWARE_BUG(54, FaultScope.NODE, Repair.SOFTWARE),
  NETWORK_SWITCH_OR_CABLE(35, FaultScope.SWITCH, Repair.NETWORK),
  HOST_MAINTENANCE(32, FaultScope.NODE, Repair.NETWORK),
  SRAM_MEMORY(19, FaultScope.DEVICE, Repair.HARDWARE),
  GPU_SYSTEM_PROCESSOR(17, FaultScope.DEVICE, Repair.HARDWARE),
  NIC(7, FaultScope.NODE, Repair.NETWORK),
  NCCL_WATCHDOG_TIMEOUT(7, FaultScope.NODE, Repair.SOFTWARE),
  SILENT_DATA_CORRUPTION(6, FaultScope.DEVICE, Repair.HARDWARE),
  THERMAL_INTERFACE_OR_SENSOR(6, FaultScope.DEVICE, Repair.HARDWARE),
  SSD(3, FaultScope.NODE, Repair.HARDWARE),
  POWER_SUPPLY(3, FaultScope.RACK, Repair.HARDWARE),
  SERVER_CHASSIS(2, FaultScope.NODE, Repair.HARDWARE),
  IO_EXPANSION_BOARD(2, FaultScope.NODE, Repair.HARDWARE),
  DEPENDENCY(2, FaultScope.NODE, Repair.SOFTWARE),
  CPU(2, FaultScope.NODE, Repair.HARDWARE),
  SYSTEM_MEMORY(2, FaultScope.NODE, Repair.HARDWARE);

  /** Devices and days that the counts are of. */
  public static final int PUBLISHED_DEVICES = 16_384;

  public static final int PUBLISHED_DAYS = 54;

  private enum Repair {
    HARDWARE(4 * 3600.0),
    SOFTWARE(900.0),
    NETWORK(3600.0);

    private final double meanSeconds;

    Repair(double meanSeconds) {
      this.meanSeconds = meanSeconds;
    }
  }

  private final int publishedCount;
  private final FaultScope scope;
  private final Repair repair;

  FaultCause(int publishedCount, FaultScope scope, Repair repair) {
    this.publishedCount = publishedCount;
    this.scope = scope;
    this.repair = repair;
  }

  public int publishedCount() {
    return publishedCount;
  }

  public FaultScope scope() {
    return scope;
  }

  /** Mean of the exponential time until what it took down is back; assumed. */
  public double meanRepairSeconds() {
    return repair.meanSeconds;
  }

  /** Events to expect of this many devices over this many days. */
  public double expected(int devices, double days) {
    return publishedCount * (devices / (double) PUBLISHED_DEVICES) * (days / PUBLISHED_DAYS);
  }

  /** Sum of the published counts. */
  public static int publishedTotal() {
    return Arrays.stream(values()).mapToInt(FaultCause::publishedCount).sum();
  }
}
