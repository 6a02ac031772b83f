package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One accelerator as the scheduler knows it: nameplate figures with their provenance.
 *
 * @param id unique in the pool, {@code <node>/<index>}
 * @param nodeId the node that holds it
 * @param vendor for example {@code NVIDIA}
 * @param chip for example {@code H20-SXM-96GB}
 * @param memoryBytes memory of the device
 * @param memoryBandwidthBytesPerSecond peak
 * @param peakOpsPerSecond dense peak by precision; a precision that is absent is not supported, one
 *     that is present with an unknown figure is supported at an unknown rate
 * @param linkBandwidthBytesPerSecond to peers of the node, one direction
 * @param collectiveLibrary for example {@code NCCL}; empty when unknown
 * @param pricePerHourUsd rent of the device
 * @param health what the device says
 * @param simulated true when no silicon stands behind it
 * @param designWatts design power
 */
public record Device(
    String id,
    String nodeId,
    String vendor,
    String chip,
    Figure memoryBytes,
    Figure memoryBandwidthBytesPerSecond,
    Map<Precision, Figure> peakOpsPerSecond,
    Figure linkBandwidthBytesPerSecond,
    String collectiveLibrary,
    Figure pricePerHourUsd,
    Health health,
    boolean simulated,
    Figure designWatts) {

  /** A device of unknown power. */
  public Device(
      String id,
      String nodeId,
      String vendor,
      String chip,
      Figure memoryBytes,
      Figure memoryBandwidthBytesPerSecond,
      Map<Precision, Figure> peakOpsPerSecond,
      Figure linkBandwidthBytesPerSecond,
      String collectiveLibrary,
      Figure pricePerHourUsd,
      Health health,
      boolean simulated) {
    this(
        id,
        nodeId,
        vendor,
        chip,
        memoryBytes,
        memoryBandwidthBytesPerSecond,
        peakOpsPerSecond,
        linkBandwidthBytesPerSecond,
        collectiveLibrary,
        pricePerHourUsd,
        health,
        simulated,
        Figure.UNKNOWN);
  }

  public Device {
    if (id.isBlank() || nodeId.isBlank()) {
      throw new IllegalArgumentException(
          "device id '" + id + "' on node '" + nodeId + "' is blank");
    }
    requireNonNull(vendor, "vendor");
    requireNonNull(chip, "chip");
    requireNonNull(memoryBytes, "memoryBytes");
    requireNonNull(memoryBandwidthBytesPerSecond, "memoryBandwidthBytesPerSecond");
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.putAll(peakOpsPerSecond);
    peakOpsPerSecond = Collections.unmodifiableMap(rates);
    requireNonNull(linkBandwidthBytesPerSecond, "linkBandwidthBytesPerSecond");
    requireNonNull(collectiveLibrary, "collectiveLibrary");
    requireNonNull(pricePerHourUsd, "pricePerHourUsd");
    requireNonNull(health, "health");
    requireNonNull(designWatts, "designWatts");
  }

  /** The node that a device id names: all before its last slash; empty when there is none. */
  public static String nodeOf(String deviceId) {
    return deviceId.substring(0, Math.max(0, deviceId.lastIndexOf('/')));
  }

  /** Vendor and chip: devices of one type share nameplate figures. */
  public String type() {
    return chip.startsWith(vendor + " ") ? chip : vendor + " " + chip;
  }

  public boolean supports(Precision precision) {
    return peakOpsPerSecond.containsKey(precision);
  }

  /**
   * The device with {@code bytes} of its memory taken by others; empty when nothing is left. What
   * is unknown stays unknown.
   */
  public Optional<Device> withoutMemory(long bytes) {
    if (bytes == 0 || !memoryBytes.isKnown()) {
      return Optional.of(this);
    }
    double left = memoryBytes.value() - bytes;
    if (left < 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Device(
            id,
            nodeId,
            vendor,
            chip,
            Figure.of(left, memoryBytes.provenance(), memoryBytes.source()),
            memoryBandwidthBytesPerSecond,
            peakOpsPerSecond,
            linkBandwidthBytesPerSecond,
            collectiveLibrary,
            pricePerHourUsd,
            health,
            simulated,
            designWatts));
  }
}
