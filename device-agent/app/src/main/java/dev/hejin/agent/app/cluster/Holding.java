package dev.hejin.agent.app.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.probe.DeviceReading;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Devices that somebody holds.
 *
 * @param vendor as the probes name it; empty when not known
 * @param ids UUID and PCI address of one device, in lower case; none when nobody tells which it is
 * @param holder who it is, in words
 */
record Holding(String vendor, Set<String> ids, String holder) {
  Holding {
    requireNonNull(vendor, "vendor");
    requireNonNull(holder, "holder");
    Set<String> lower = new TreeSet<>();
    ids.forEach(id -> lower.add(id.toLowerCase(Locale.ROOT)));
    ids = Set.copyOf(lower);
  }

  /** Whether it is this device. */
  boolean names(DeviceReading device) {
    return ids.contains(device.uuid().toLowerCase(Locale.ROOT))
        || ids.contains(device.busId().toLowerCase(Locale.ROOT));
  }
}
