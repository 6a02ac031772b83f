package dev.hejin.agent.app.link;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.reconcile.DeviceDriver;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node that this process speaks for.
 *
 * @param drivers by device id, one for each device of the node
 */
public record LocalNode(NodeDescription description, Map<String, DeviceDriver> drivers) {
  public LocalNode {
    requireNonNull(description, "description");
    drivers = Collections.unmodifiableMap(new TreeMap<>(drivers));
  }

  public String id() {
    return description.nodeId();
  }
}
