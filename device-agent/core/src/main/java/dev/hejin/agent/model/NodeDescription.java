package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One node as its agent presents it.
 *
 * @param devices in slot order
 * @param networkBandwidthBytesPerSecond to other nodes, one direction; null when unknown
 * @param labels the operator's
 */
public record NodeDescription(
    String nodeId,
    List<DeviceDescription> devices,
    @Nullable Figure networkBandwidthBytesPerSecond,
    Map<String, String> labels) {
  public NodeDescription {
    requireNonNull(nodeId, "nodeId");
    devices = List.copyOf(devices);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
