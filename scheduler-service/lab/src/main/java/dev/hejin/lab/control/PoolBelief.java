package dev.hejin.lab.control;

import dev.hejin.lab.physics.TruePool;
import dev.hejin.scheduler.detect.HeartbeatDetector;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the scheduler believes of the pool: who is there, how fast each device is. Nodes send
 * heartbeats each decision; one that is silent is lost when phi reaches {@value #LOST_PHI}. A
 * device that falls away under a running agent is told after {@value #ANSWERS} decisions; what
 * comes back registers at once.
 */
final class PoolBelief {
  private static final double LOST_PHI = 10;
  private static final int ANSWERS = 2;

  private final TruePool truth;
  private final List<Node> nodes;
  private final List<HeartbeatDetector> detectors = new ArrayList<>();
  private final TreeSet<String> usable = new TreeSet<>();
  private final TreeMap<String, Double> speeds = new TreeMap<>();
  private final int[] silent;

  PoolBelief(TruePool truth, List<Node> nodes, double decisionSeconds) {
    this.truth = truth;
    this.nodes = List.copyOf(nodes);
    long interval = Math.max(1, Math.round(decisionSeconds * 1e3));
    nodes.forEach(
        node -> {
          detectors.add(new HeartbeatDetector(interval, Math.max(1, interval / 2), 0));
          node.devices().forEach(device -> usable.add(device.id()));
        });
    this.silent = new int[truth.devices()];
  }

  /** News of one decision. */
  record News(List<String> lost, List<String> returned) {}

  News look(double seconds) {
    List<String> lost = new ArrayList<>();
    List<String> returned = new ArrayList<>();
    long millis = Math.round(seconds * 1e3);
    for (int n = 0; n < nodes.size(); n++) {
      Node node = nodes.get(n);
      boolean alive =
          node.devices().stream().anyMatch(device -> !truth.isLost(truth.number(device.id())));
      if (alive) {
        detectors.get(n).heartbeat(millis);
      }
      boolean gone = !alive && detectors.get(n).phi(millis) >= LOST_PHI;
      for (Device device : node.devices()) {
        int number = truth.number(device.id());
        boolean isLost = truth.isLost(number);
        silent[number] = isLost && alive ? silent[number] + 1 : 0;
        if (isLost && (gone || silent[number] >= ANSWERS) && usable.remove(device.id())) {
          speeds.remove(device.id());
          lost.add(device.id());
        } else if (!isLost && usable.add(device.id())) {
          returned.add(device.id());
        }
      }
    }
    return new News(lost, returned);
  }

  TreeSet<String> usable() {
    return usable;
  }

  double speed(String id) {
    return speeds.getOrDefault(id, 1.0);
  }

  void believe(String id, double factor) {
    speeds.put(id, factor);
  }

  /** The devices that plans may use, with believed speeds. */
  Pool pool() {
    List<Node> left = new ArrayList<>();
    for (Node node : nodes) {
      List<Device> devices =
          node.devices().stream().filter(device -> usable.contains(device.id())).toList();
      if (!devices.isEmpty()) {
        left.add(new Node(node.id(), devices, node.networkBandwidthBytesPerSecond()));
      }
    }
    return new Pool(left, speeds);
  }

  /** The same devices at their usual speed. */
  Pool nominal() {
    return new Pool(pool().nodes(), new TreeMap<>());
  }
}
