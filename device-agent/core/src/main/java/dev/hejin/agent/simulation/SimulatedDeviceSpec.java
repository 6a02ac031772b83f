package dev.hejin.agent.simulation;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Precision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Truth of one simulated device.
 *
 * @param chip devices of the same chip fall short of their nameplate by the same fractions
 * @param peakOpsPerSecond nameplate by precision; only known rates
 * @param linkBytesPerSecond to the other devices of its stage, one direction, nameplate
 * @param loadBytesPerSecond at which weights come from storage
 * @param speed hidden factor on arithmetic and memory; 1 is as its chip
 */
public record SimulatedDeviceSpec(
    String nodeId,
    String deviceId,
    String chip,
    long memoryBytes,
    double memoryBytesPerSecond,
    Map<Precision, Double> peakOpsPerSecond,
    double linkBytesPerSecond,
    double loadBytesPerSecond,
    double speed) {
  /** Fastest that a device may be set to. */
  public static final double MAX_SPEED = 4;

  public SimulatedDeviceSpec {
    requireNonNull(nodeId, "nodeId");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(chip, "chip");
    EnumMap<Precision, Double> rates = new EnumMap<>(Precision.class);
    rates.putAll(peakOpsPerSecond);
    rates.values().forEach(rate -> requirePositive(deviceId, "peakOpsPerSecond", rate));
    peakOpsPerSecond = Collections.unmodifiableMap(rates);
    requirePositive(deviceId, "memoryBytes", memoryBytes);
    requirePositive(deviceId, "memoryBytesPerSecond", memoryBytesPerSecond);
    requirePositive(deviceId, "linkBytesPerSecond", linkBytesPerSecond);
    requirePositive(deviceId, "loadBytesPerSecond", loadBytesPerSecond);
    requireSpeed(deviceId, speed);
  }

  static double requireSpeed(String deviceId, double speed) {
    if (!(speed > 0 && speed <= MAX_SPEED)) {
      throw new IllegalArgumentException(
          "speed of %s is %s, not above 0 and at most %s\nMaybe 1, which is as its chip"
              .formatted(deviceId, speed, MAX_SPEED));
    }
    return speed;
  }

  private static void requirePositive(String deviceId, String field, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s of %s is %s, not a positive number\nMaybe the chip's figure is unknown: state it in the"
              .formatted(field, deviceId, value)
              .concat(" pool file"));
    }
  }
}
