package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One accelerator as its agent presents it.
 *
 * @param deviceId unique in the pool: {@code <node>/<index>}
 * @param peakRates one for each supported precision
 * @param collectiveLibrary empty when unknown, like the two versions
 * @param healthReason why it is not healthy, in words; empty when nobody tells
 * @param simulated true when no silicon stands behind the device
 */
public record DeviceDescription(
    String deviceId,
    String vendor,
    String chip,
    @Nullable Figure memoryBytes,
    @Nullable Figure memoryBandwidthBytesPerSecond,
    List<PeakRate> peakRates,
    List<Link> links,
    String collectiveLibrary,
    String driverVersion,
    String firmwareVersion,
    Health health,
    String healthReason,
    @Nullable Figure pricePerHourUsd,
    boolean simulated) {
  public DeviceDescription {
    requireNonNull(deviceId, "deviceId");
    requireNonNull(vendor, "vendor");
    requireNonNull(chip, "chip");
    requireNonNull(collectiveLibrary, "collectiveLibrary");
    requireNonNull(driverVersion, "driverVersion");
    requireNonNull(firmwareVersion, "firmwareVersion");
    requireNonNull(health, "health");
    requireNonNull(healthReason, "healthReason");
    peakRates = List.copyOf(peakRates);
    links = List.copyOf(links);
  }

  /** The same device, marked as one behind which no silicon stands. */
  public DeviceDescription asSimulated() {
    return with(health, healthReason, true);
  }

  /**
   * The same device in another state.
   *
   * @param reason in words; empty when nobody tells
   */
  public DeviceDescription withHealth(Health now, String reason) {
    return with(now, reason, simulated);
  }

  private DeviceDescription with(Health now, String reason, boolean noSilicon) {
    return new DeviceDescription(
        deviceId,
        vendor,
        chip,
        memoryBytes,
        memoryBandwidthBytesPerSecond,
        peakRates,
        links,
        collectiveLibrary,
        driverVersion,
        firmwareVersion,
        now,
        reason,
        pricePerHourUsd,
        noSilicon);
  }
}
