package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one probe has found. No devices and no problems: there is nothing of this vendor here.
 *
 * @param source tool or library that was asked
 * @param devices in the tool's order, keys unique
 * @param problems what could not be asked or read, in words, one line each
 */
public record Inventory(
    String vendor,
    String source,
    List<DeviceReading> devices,
    List<PeerLink> links,
    List<String> problems) {
  public Inventory {
    requireNonNull(vendor, "vendor");
    requireNonNull(source, "source");
    devices = List.copyOf(devices);
    links = List.copyOf(links);
    problems = List.copyOf(problems);
  }

  /** Nothing of this vendor. */
  public static Inventory nothing(String vendor) {
    return new Inventory(vendor, "", List.of(), List.of(), List.of());
  }
}
