package dev.hejin.scheduler.app.port;

import java.util.List;
import java.util.OptionalLong;

/**
 * Condition of a device, as its driver told it; empty where it did not.
 *
 * @param memoryErrors uncorrected errors of its memory since the driver was loaded
 * @param linkErrors errors of bus and vendor's links since then
 * @param remarks reasons of health and throttling
 */
public record DeviceCondition(
    OptionalLong memoryErrors, OptionalLong linkErrors, List<String> remarks) {
  /** Nothing was told. */
  public static final DeviceCondition UNKNOWN =
      new DeviceCondition(OptionalLong.empty(), OptionalLong.empty(), List.of());

  public DeviceCondition {
    remarks = List.copyOf(remarks);
  }
}
