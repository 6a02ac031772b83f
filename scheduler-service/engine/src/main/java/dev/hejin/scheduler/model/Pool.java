package dev.hejin.scheduler.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The devices that a plan may use, with what experience says of their speed.
 *
 * @param nodes ordered by id; ids of nodes and of devices are unique
 * @param speedFactors device id to observed speed relative to its type's usual one (1.0 when
 *     absent); above 0
 * @param phaseScales device type to what telemetry says of its time, beside the cost model; absent:
 *     as predicted
 * @param bridges between collective libraries, at most one for two of them
 */
public record Pool(
    List<Node> nodes,
    Map<String, Double> speedFactors,
    Map<String, PhaseScale> phaseScales,
    List<Bridge> bridges) {
  public Pool {
    bridges = List.copyOf(bridges);
    nodes = nodes.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
    speedFactors = Collections.unmodifiableMap(new TreeMap<>(speedFactors));
    phaseScales = Collections.unmodifiableMap(new TreeMap<>(phaseScales));
    TreeMap<String, String> seen = new TreeMap<>();
    for (Node node : nodes) {
      for (Device device : node.devices()) {
        String other = seen.put(device.id(), node.id());
        if (other != null) {
          throw new IllegalArgumentException(
              "device '"
                  + device.id()
                  + "' appears on nodes '"
                  + other
                  + "' and '"
                  + node.id()
                  + "'\nMaybe two agents run under one node name.");
        }
      }
    }
    for (int b = 0; b < bridges.size(); b++) {
      Bridge bridge = bridges.get(b);
      if (bridges.subList(0, b).stream()
          .anyMatch(before -> before.joins(bridge.library(), bridge.other()))) {
        throw new IllegalArgumentException(
            "two bridges between '"
                + bridge.library()
                + "' and '"
                + bridge.other()
                + "'\nMaybe state the better one.");
      }
    }
    speedFactors.forEach(
        (id, factor) -> {
          if (!(factor > 0) || factor.isInfinite()) {
            throw new IllegalArgumentException(
                "speed factor " + factor + " of device '" + id + "' must be above 0");
          }
        });
  }

  /** A pool without bridges. */
  public Pool(
      List<Node> nodes, Map<String, Double> speedFactors, Map<String, PhaseScale> phaseScales) {
    this(nodes, speedFactors, phaseScales, List.of());
  }

  /** A pool whose types are as the cost model says. */
  public Pool(List<Node> nodes, Map<String, Double> speedFactors) {
    this(nodes, speedFactors, Map.of());
  }

  /** The same pool with these bridges. */
  public Pool withBridges(List<Bridge> others) {
    return new Pool(nodes, speedFactors, phaseScales, others);
  }

  /** What joins two libraries; empty when nothing does. */
  public Optional<Bridge> bridge(String library, String other) {
    return bridges.stream().filter(bridge -> bridge.joins(library, other)).findFirst();
  }

  /** The same experience with other nodes. */
  public Pool withNodes(List<Node> others) {
    return new Pool(others, speedFactors, phaseScales, bridges);
  }

  /** The same pool with only some of its devices; nodes without any are absent. */
  public Pool keeping(Predicate<Device> kept) {
    List<Node> left = new ArrayList<>();
    for (Node node : nodes) {
      List<Device> devices = node.devices().stream().filter(kept).toList();
      if (!devices.isEmpty()) {
        left.add(new Node(node.id(), devices, node.networkBandwidthBytesPerSecond()));
      }
    }
    return withNodes(left);
  }

  /** The same pool with what telemetry says of its types. */
  public Pool withPhaseScales(Map<String, PhaseScale> scales) {
    return new Pool(nodes, speedFactors, scales, bridges);
  }

  public static Pool of(List<Node> nodes) {
    return new Pool(nodes, Map.of());
  }

  /** All devices, by node, then in slot order. */
  public List<Device> devices() {
    List<Device> all = new ArrayList<>();
    nodes.forEach(node -> all.addAll(node.devices()));
    return all;
  }

  public Optional<Device> device(String id) {
    return nodes.stream()
        .flatMap(node -> node.devices().stream())
        .filter(device -> device.id().equals(id))
        .findFirst();
  }

  public double speedFactor(String deviceId) {
    return speedFactors.getOrDefault(deviceId, 1.0);
  }

  public PhaseScale phaseScale(String type) {
    return phaseScales.getOrDefault(type, PhaseScale.NONE);
  }
}
