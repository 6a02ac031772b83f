package dev.hejin.agent.app.fleet;

import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Nodes of a pool file, brought to life without silicon. */
public final class SimulatedPool {
  private final SimulatedWorld world;
  private final List<LocalNode> nodes;

  private SimulatedPool(SimulatedWorld world, List<LocalNode> nodes) {
    this.world = world;
    this.nodes = nodes;
  }

  /**
   * @param selection which nodes of the pool this process runs
   * @param storageBytesPerSecond rate at which one device gets weights from storage
   */
  public static SimulatedPool of(
      PoolSpec pool,
      NodeSelection selection,
      SimulationSettings settings,
      double storageBytesPerSecond) {
    List<NodeSpec> chosen = selection.of(pool);
    List<SimulatedDeviceSpec> specs = new ArrayList<>();
    for (NodeSpec node : chosen) {
      node.devices()
          .forEach(device -> specs.add(CatalogFigures.truth(node, device, storageBytesPerSecond)));
    }
    SimulatedWorld world = new SimulatedWorld(specs, settings);
    List<LocalNode> nodes = new ArrayList<>();
    for (NodeSpec node : chosen) {
      NodeDescription description = CatalogFigures.describe(node);
      Map<String, DeviceDriver> drivers = new TreeMap<>();
      node.devices().forEach(device -> drivers.put(device.id(), world.driver(device.id())));
      nodes.add(new LocalNode(description, drivers));
    }
    return new SimulatedPool(world, List.copyOf(nodes));
  }

  public SimulatedWorld world() {
    return world;
  }

  public List<LocalNode> nodes() {
    return nodes;
  }

  public int deviceCount() {
    return nodes.stream().mapToInt(node -> node.description().devices().size()).sum();
  }

  /**
   * Which nodes of a pool to run.
   *
   * @param only none but these; empty: all
   * @param except all but these
   */
  public record NodeSelection(List<String> only, List<String> except) {
    public NodeSelection {
      only = List.copyOf(only);
      except = List.copyOf(except);
    }

    List<NodeSpec> of(PoolSpec pool) {
      TreeSet<String> unknown = new TreeSet<>(only);
      unknown.addAll(except);
      pool.nodes().forEach(node -> unknown.remove(node.name()));
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(
            "pool %s has no node %s\nMaybe one of %s"
                .formatted(
                    pool.name(),
                    String.join(", ", unknown),
                    String.join(", ", pool.nodes().stream().map(NodeSpec::name).toList())));
      }
      List<NodeSpec> chosen =
          pool.nodes().stream()
              .filter(node -> only.isEmpty() || only.contains(node.name()))
              .filter(node -> !except.contains(node.name()))
              .toList();
      if (chosen.isEmpty()) {
        throw new IllegalArgumentException(
            "no node of pool " + pool.name() + " is left to run\nMaybe --except names them all");
      }
      return chosen;
    }
  }
}
