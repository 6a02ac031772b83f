package dev.hejin.scheduler.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The devices that a plan may use, with what experience says of their speed.
 *
 * @param nodes ordered by id; ids of nodes and of devices are unique
 * @param speedFactors device id to observed speed relative to its type's usual one (1.0 when
 *     absent); above 0
 */
public record Pool(List<Node> nodes, Map<String, Double> speedFactors) {
  public Pool {
    nodes = nodes.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
    speedFactors = Collections.unmodifiableMap(new TreeMap<>(speedFactors));
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
    speedFactors.forEach(
        (id, factor) -> {
          if (!(factor > 0) || factor.isInfinite()) {
            throw new IllegalArgumentException(
                "speed factor " + factor + " of device '" + id + "' must be above 0");
          }
        });
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
}
