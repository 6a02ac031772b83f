package dev.hejin.agent.app.probe.pci;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One function on the PCI bus.
 *
 * @param address {@code 0000:83:00.0}
 * @param vendorId four digits of base 16, lower case, like the two below
 * @param classCode class and subclass
 * @param numaNode null when unknown
 */
public record PciFunction(
    String address, String vendorId, String deviceId, String classCode, @Nullable Double numaNode) {
  public PciFunction {
    requireNonNull(address, "address");
    requireNonNull(vendorId, "vendorId");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(classCode, "classCode");
  }
}
