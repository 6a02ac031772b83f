package dev.hejin.catalog.pool;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.chip.Figure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One node of a pool.
 *
 * @param name unique in the pool
 * @param devices at least one, in index order
 * @param networkBytesPerSecond bandwidth of the whole node in one direction
 * @param labels free labels, by name
 */
public record NodeSpec(
    String name,
    List<DeviceSpec> devices,
    Figure networkBytesPerSecond,
    Map<String, String> labels) {

  /** Checks that there is a device, and copies. */
  public NodeSpec {
    requireNonNull(name);
    devices = List.copyOf(devices);
    if (devices.isEmpty()) {
      throw new IllegalArgumentException(
          "The node %s has no device.%nMaybe leave the node out.".formatted(name));
    }
    requireNonNull(networkBytesPerSecond);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
