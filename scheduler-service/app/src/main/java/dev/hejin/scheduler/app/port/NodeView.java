package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.lifecycle.NodeEntry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node as callers see it.
 *
 * @param entry what the log says
 * @param labels that its agent told; none where it has not registered
 * @param lastHeartbeatMillis 0 when none came since the scheduler started
 * @param devices in slot order
 * @param revision that the view reflects
 */
public record NodeView(
    NodeEntry entry,
    Map<String, String> labels,
    long lastHeartbeatMillis,
    List<DeviceView> devices,
    long revision) {
  public NodeView {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    devices = List.copyOf(devices);
  }
}
