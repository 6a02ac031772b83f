package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.lifecycle.NodeEntry;
import java.util.List;

/**
 * A node as callers see it.
 *
 * @param entry what the log says
 * @param lastHeartbeatMillis 0 when none came since the scheduler started
 * @param devices in slot order
 * @param revision that the view reflects
 */
public record NodeView(
    NodeEntry entry, long lastHeartbeatMillis, List<DeviceView> devices, long revision) {
  public NodeView {
    devices = List.copyOf(devices);
  }
}
