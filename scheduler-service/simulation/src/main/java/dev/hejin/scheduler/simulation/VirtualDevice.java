package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a device really holds and serves, with the directives that it has yet to carry out. */
final class VirtualDevice {
  final String id;
  final VirtualNode node;
  final long limitBytes;
  final TreeSet<Shard> loaded = new TreeSet<>();
  final TreeMap<Integer, LayerRoute> routes = new TreeMap<>();
  final ArrayDeque<Directive> queue = new ArrayDeque<>();
  boolean busy;

  /** Earliest time at which the next directive may arrive: a stream keeps its order. */
  long arrivalMicros;

  VirtualDevice(String id, VirtualNode node, long limitBytes) {
    this.id = id;
    this.node = node;
    this.limitBytes = limitBytes;
  }

  DeviceView view() {
    return DeviceView.settled(id, limitBytes, loaded, routes);
  }

  /** Whether the device really serves the layer's attention (-1) or expert. */
  boolean serves(int layer, int expert) {
    LayerRoute route = routes.get(layer);
    if (!node.up || route == null) {
      return false;
    }
    boolean named = expert < 0 ? route.tokenShare() > 0 : route.experts().containsKey(expert);
    return named && holds(layer, -1) && holds(layer, expert);
  }

  boolean holds(int layer, int expert) {
    for (Shard shard : loaded) {
      if (shard.layer() == layer && shard.expert() == expert) {
        return true;
      }
    }
    return false;
  }
}
