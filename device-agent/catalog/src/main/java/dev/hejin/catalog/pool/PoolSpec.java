package dev.hejin.catalog.pool;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A pool, resolved.
 *
 * @param name name of the pool
 * @param nodes at least one, in file order
 * @param bridges between collective libraries, in file order
 */
public record PoolSpec(String name, List<NodeSpec> nodes, List<BridgeSpec> bridges) {

  /** Checks that there is a node, and copies. */
  public PoolSpec {
    requireNonNull(name);
    nodes = List.copyOf(nodes);
    bridges = List.copyOf(bridges);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException(
          "The pool %s has no node.%nMaybe the list of nodes was cut.".formatted(name));
    }
  }

  /** Returns all devices, node by node. */
  public List<DeviceSpec> devices() {
    return nodes.stream().flatMap(node -> node.devices().stream()).toList();
  }

  /** Returns the node of a name. */
  public Optional<NodeSpec> node(String nodeName) {
    return nodes.stream().filter(node -> node.name().equals(nodeName)).findFirst();
  }

  /** Returns the device of an id such as {@code h20-0/3}. */
  public Optional<DeviceSpec> device(String id) {
    return devices().stream().filter(device -> device.id().equals(id)).findFirst();
  }
}
