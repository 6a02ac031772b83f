package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Watches what devices really do, and keeps them to the promises of a migration. */
final class TruthCheck {
  private final List<VirtualDevice> devices;
  private final ToLongFunction<Shard> shardBytes;

  /** Item to the first directive that must again keep it alive. */
  private final TreeMap<Integer, Excuse> excused = new TreeMap<>();

  private record Excuse(String nodeId, long untilDirective) {}

  TruthCheck(List<VirtualDevice> devices, ToLongFunction<Shard> shardBytes) {
    this.devices = devices;
    this.shardBytes = shardBytes;
  }

  private static int key(int layer, int expert) {
    return layer * 1000 + expert + 1;
  }

  /** A node is about to lose all; the scheduler does not know yet. */
  void crashing(VirtualNode node) {
    for (VirtualDevice device : node.devices) {
      device.routes.forEach(
          (layer, route) -> {
            excused.put(key(layer, -1), new Excuse(node.id, Long.MAX_VALUE));
            route
                .experts()
                .keySet()
                .forEach(e -> excused.put(key(layer, e), new Excuse(node.id, Long.MAX_VALUE)));
          });
    }
  }

  /** The scheduler knows of the loss from this directive on. */
  void noticed(VirtualNode node, long nextDirective) {
    excused.replaceAll(
        (key, excuse) ->
            excuse.nodeId().equals(node.id) && excuse.untilDirective() == Long.MAX_VALUE
                ? new Excuse(node.id, nextDirective)
                : excuse);
  }

  /** A load begins: all of it must fit. */
  void loading(VirtualDevice device, DeviceAction.Load load) {
    TreeSet<Shard> held = new TreeSet<>(device.loaded);
    held.addAll(load.shards());
    long bytes = held.stream().mapToLong(shardBytes).sum();
    if (bytes > device.limitBytes) {
      throw new AssertionError(
          "memory: " + device.id + " would hold " + bytes + " of " + device.limitBytes);
    }
  }

  /** A route is about to take effect. */
  void activating(VirtualDevice device, Directive directive, DeviceAction.Activate activate) {
    LayerRoute route = activate.route();
    int layer = activate.layer();
    if (!route.isEmpty() && !device.holds(layer, -1)) {
      throw new AssertionError("route without layer " + layer + " on " + device.id);
    }
    for (int expert : route.experts().keySet()) {
      if (!device.holds(layer, expert)) {
        throw new AssertionError(
            "route without layer " + layer + " expert " + expert + " on " + device.id);
      }
    }
    LayerRoute before = device.routes.getOrDefault(layer, LayerRoute.EMPTY);
    if (before.tokenShare() > 0 && route.tokenShare() == 0) {
      leaving(device, directive, layer, -1);
    }
    for (int expert : before.experts().keySet()) {
      if (!route.experts().containsKey(expert)) {
        leaving(device, directive, layer, expert);
      }
    }
  }

  private void leaving(VirtualDevice device, Directive directive, int layer, int expert) {
    Excuse excuse = excused.get(key(layer, expert));
    boolean free =
        directive.interrupting()
            || (excuse != null && directive.number() < excuse.untilDirective())
            || !device.serves(layer, expert);
    for (VirtualDevice other : devices) {
      free |= other != device && other.serves(layer, expert);
    }
    if (!free) {
      throw new AssertionError(
          "last replica of layer " + layer + " expert " + expert + " leaves " + device.id);
    }
  }

  /** Shards are about to go. */
  void releasing(VirtualDevice device, DeviceAction.Release release) {
    TreeSet<Shard> left = new TreeSet<>(device.loaded);
    release.shards().forEach(left::remove);
    device.routes.forEach(
        (layer, route) -> {
          boolean kept = left.stream().anyMatch(s -> s.layer() == layer && s.expert() == -1);
          for (int expert : route.experts().keySet()) {
            kept &= left.stream().anyMatch(s -> s.layer() == layer && s.expert() == expert);
          }
          if (!kept && !route.isEmpty()) {
            throw new AssertionError(
                "release under the route of layer " + layer + " on " + device.id);
          }
        });
  }
}
