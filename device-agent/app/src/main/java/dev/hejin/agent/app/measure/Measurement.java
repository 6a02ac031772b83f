package dev.hejin.agent.app.measure;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Precision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one device has achieved. Absent figures were not measured.
 *
 * @param device its UUID, or what stands for it where it has none
 * @param driverVersion with another one the figures no longer hold
 * @param method program and parameters, for the figure's source
 * @param date day of the measurement, ISO 8601
 * @param opsPerSecond largest rate of a dense product by format; a multiply-add counts two
 * @param memoryBytesPerSecond of the device's own memory, reads and writes together
 * @param hostToDeviceBytesPerSecond from pinned memory of the host
 * @param deviceToDeviceBytesPerSecond to another device of the node, one direction
 */
public record Measurement(
    String device,
    String driverVersion,
    String method,
    String date,
    Map<Precision, Double> opsPerSecond,
    @Nullable Double memoryBytesPerSecond,
    @Nullable Double hostToDeviceBytesPerSecond,
    @Nullable Double deviceToHostBytesPerSecond,
    @Nullable Double deviceToDeviceBytesPerSecond) {
  public Measurement {
    requireNonNull(device, "device");
    requireNonNull(driverVersion, "driverVersion");
    requireNonNull(method, "method");
    requireNonNull(date, "date");
    Map<Precision, Double> copy = new EnumMap<>(Precision.class);
    copy.putAll(opsPerSecond);
    copy.forEach((precision, rate) -> requireRate("opsPerSecond " + precision, rate));
    opsPerSecond = Collections.unmodifiableMap(copy);
    requireRate("memoryBytesPerSecond", memoryBytesPerSecond);
    requireRate("hostToDeviceBytesPerSecond", hostToDeviceBytesPerSecond);
    requireRate("deviceToHostBytesPerSecond", deviceToHostBytesPerSecond);
    requireRate("deviceToDeviceBytesPerSecond", deviceToDeviceBytesPerSecond);
  }

  private static void requireRate(String field, @Nullable Double value) {
    if (value != null && !(value > 0 && value < 1e19)) {
      throw new IllegalArgumentException(
          field + " is " + value + ", no possible rate\nMaybe leave out what was not measured");
    }
  }

  /** Text of the figure's source. */
  public String source() {
    return "measured " + date + " by " + method;
  }
}
