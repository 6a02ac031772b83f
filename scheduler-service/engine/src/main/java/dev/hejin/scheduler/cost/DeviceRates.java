package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.PhaseScale;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What one device achieves: nameplate x efficiency, or the rate that was measured on it, x observed
 * speed factor. The factor scales arithmetic and memory, not links. What telemetry says of a type
 * is kept beside the rates, see {@link #scale}.
 *
 * <p>Unknown figures are replaced and noted: an unknown rate of a supported format by the device's
 * 16-bit rate, the others by the {@code ASSUMED} numbers of {@link CostConstants}.
 */
public final class DeviceRates {
  private final Map<Precision, Double> opsPerSecond;
  private final double coreOpsPerSecond;
  private final double memoryBytesPerSecond;
  private final double linkBytesPerSecond;
  private final double networkBytesPerSecond;
  private final double networkStartSeconds;
  private final PhaseScale scale;

  private DeviceRates(
      Map<Precision, Double> opsPerSecond,
      double coreOpsPerSecond,
      double memoryBytesPerSecond,
      double linkBytesPerSecond,
      double networkBytesPerSecond,
      double networkStartSeconds,
      PhaseScale scale) {
    this.opsPerSecond = opsPerSecond;
    this.coreOpsPerSecond = coreOpsPerSecond;
    this.memoryBytesPerSecond = memoryBytesPerSecond;
    this.linkBytesPerSecond = linkBytesPerSecond;
    this.networkBytesPerSecond = networkBytesPerSecond;
    this.networkStartSeconds = networkStartSeconds;
    this.scale = scale;
  }

  /**
   * @param node the device's node, whose network its devices share evenly
   * @param speedFactor observed speed relative to nameplate x efficiency, above 0
   * @param assumptions takes what is unknown
   */
  public static DeviceRates of(
      Device device, Node node, double speedFactor, Assumptions assumptions) {
    return of(device, node, speedFactor, PhaseScale.NONE, assumptions);
  }

  /** The same, with the speed and the time that experience in a pool gives the device. */
  public static DeviceRates of(Device device, Node node, Pool pool, Assumptions assumptions) {
    return of(
        device, node, pool.speedFactor(device.id()), pool.phaseScale(device.type()), assumptions);
  }

  private static DeviceRates of(
      Device device, Node node, double speedFactor, PhaseScale scale, Assumptions assumptions) {
    String type = device.type();
    Figure wide = wideOpsPerSecond(device, assumptions);
    EnumMap<Precision, Double> ops = new EnumMap<>(Precision.class);
    for (Map.Entry<Precision, Figure> rate : device.peakOpsPerSecond().entrySet()) {
      Figure peak = rate.getValue();
      if (!(peak.or(0) > 0)) {
        peak = wide;
        assumptions.note(type, rate.getKey() + " rate", tera(wide.value()) + ", its 16-bit rate");
      }
      ops.put(rate.getKey(), achieved(peak, efficiency(rate.getKey())) * speedFactor);
    }
    Figure memory = device.memoryBandwidthBytesPerSecond();
    if (!(memory.or(0) > 0)) {
      memory = assumed(CostConstants.ASSUMED_MEMORY_BYTES_PER_SECOND);
      assumptions.note(type, "memory bandwidth", giga(memory.value()));
    }
    double link = device.linkBandwidthBytesPerSecond().or(0);
    if (!(link > 0)) {
      link = CostConstants.ASSUMED_LINK_BYTES_PER_SECOND;
      assumptions.note(type, "link bandwidth", giga(link) + " (PCIe 4.0 x16)");
    }
    double network = node.networkBandwidthBytesPerSecond().or(0) / node.devices().size();
    if (!(network > 0)) {
      network = CostConstants.ASSUMED_NETWORK_BYTES_PER_SECOND;
      assumptions.note(type, "network bandwidth of its nodes", giga(network) + " for each device");
    }
    return new DeviceRates(
        ops,
        achieved(wide, CostConstants.COMPUTE_EFFICIENCY) * speedFactor,
        achieved(memory, CostConstants.MEMORY_EFFICIENCY) * speedFactor,
        link * CostConstants.LINK_EFFICIENCY,
        network * CostConstants.NETWORK_EFFICIENCY,
        CostConstants.NETWORK_LATENCY_SECONDS,
        scale);
  }

  /** Achieved share of the peak in a format. */
  static double efficiency(Precision precision) {
    return precision.bits() > 8
        ? CostConstants.COMPUTE_EFFICIENCY
        : CostConstants.NARROW_EFFICIENCY;
  }

  /** What was measured on the device is achieved already; of a nameplate only a share is. */
  private static double achieved(Figure figure, double efficiency) {
    return figure.provenance() == Provenance.MEASURED
        ? figure.value()
        : figure.value() * efficiency;
  }

  private static Figure assumed(double value) {
    return Figure.of(value, Provenance.ASSUMED, "cost model");
  }

  private static Figure wideOpsPerSecond(Device device, Assumptions assumptions) {
    for (Precision precision : new Precision[] {Precision.BF16, Precision.FP16}) {
      Figure rate = device.peakOpsPerSecond().get(precision);
      if (rate != null && rate.or(0) > 0) {
        return rate;
      }
    }
    assumptions.note(device.type(), "16-bit rate", tera(CostConstants.ASSUMED_OPS_PER_SECOND));
    return assumed(CostConstants.ASSUMED_OPS_PER_SECOND);
  }

  private static String tera(double opsPerSecond) {
    return String.format(Locale.ROOT, "%.0f Top/s", opsPerSecond / 1e12);
  }

  private static String giga(double bytesPerSecond) {
    return String.format(Locale.ROOT, "%.0f GB/s", bytesPerSecond / 1e9);
  }

  /**
   * Achieved operations a second on weights of a format.
   *
   * @throws IllegalArgumentException when the device does not support the format
   */
  public double opsPerSecond(Precision precision) {
    Double rate = opsPerSecond.get(precision);
    if (rate == null) {
      throw new IllegalArgumentException(
          "precision "
              + precision
              + " is not among "
              + opsPerSecond.keySet()
              + "\nMaybe choose the format with Formats first.");
    }
    return rate;
  }

  /** Achieved operations a second of the attention core and the head, done in 16 bits. */
  public double coreOpsPerSecond() {
    return coreOpsPerSecond;
  }

  public double memoryBytesPerSecond() {
    return memoryBytesPerSecond;
  }

  /** What telemetry says of the device's time, to multiply predicted seconds with. */
  public PhaseScale scale() {
    return scale;
  }

  /** To devices of the same node. */
  public double linkBytesPerSecond() {
    return linkBytesPerSecond;
  }

  /** This device's even share of its node's network. */
  public double networkBytesPerSecond() {
    return networkBytesPerSecond;
  }

  /** Until an exchange that crosses nodes has started. */
  public double networkStartSeconds() {
    return networkStartSeconds;
  }

  /** The same where all that leaves a node goes through a bridge between libraries. */
  public DeviceRates through(Bridge bridge) {
    return new DeviceRates(
        opsPerSecond,
        coreOpsPerSecond,
        memoryBytesPerSecond,
        linkBytesPerSecond,
        Math.min(networkBytesPerSecond, bridge.bytesPerSecond()),
        Math.max(networkStartSeconds, bridge.latencySeconds()),
        scale);
  }
}
