package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.TreeSet;

/**
 * One machine and its devices.
 *
 * @param id unique in the pool
 * @param devices in slot order, at least one
 * @param networkBandwidthBytesPerSecond of the whole node to other nodes, one direction
 */
public record Node(String id, List<Device> devices, Figure networkBandwidthBytesPerSecond) {
  public Node {
    if (id.isBlank()) {
      throw new IllegalArgumentException("node id is blank");
    }
    devices = List.copyOf(devices);
    requireNonNull(networkBandwidthBytesPerSecond, "networkBandwidthBytesPerSecond");
    if (devices.isEmpty()) {
      throw new IllegalArgumentException(
          "node '" + id + "' has no devices\nMaybe its driver is not installed.");
    }
    TreeSet<String> ids = new TreeSet<>();
    for (Device device : devices) {
      if (!ids.add(device.id())) {
        throw new IllegalArgumentException(
            "node '"
                + id
                + "' has two devices '"
                + device.id()
                + "'\nMaybe the probe numbers devices of each vendor from 0.");
      }
      if (!device.nodeId().equals(id)) {
        throw new IllegalArgumentException(
            "device '"
                + device.id()
                + "' names node '"
                + device.nodeId()
                + "' but sits on '"
                + id
                + "'");
      }
    }
  }
}
