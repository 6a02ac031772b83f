package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all connected devices are known to hold, by deployment. On the loop only.
 *
 * <p>Invariant: a shard is in at most one of loaded, loading and releasing; every loading,
 * releasing and pending entry belongs to a directive that was sent and not acknowledged.
 */
final class Books {
  private static final long HOLD_MILLIS = 2_000;

  private record Outstanding(String nodeId, String deployment, DeviceAction action) {}

  private final TreeMap<String, TreeMap<String, DeviceBook>> deployments = new TreeMap<>();
  private final TreeMap<String, Outstanding> outstanding = new TreeMap<>();

  /** Deployments that some device holds something of. */
  Set<String> deployments() {
    return new TreeSet<>(deployments.keySet());
  }

  /** Devices that hold something of the deployment. */
  Map<String, DeviceBook> of(String deployment) {
    return deployments.getOrDefault(deployment, new TreeMap<>());
  }

  DeviceBook book(String deployment, String deviceId) {
    return deployments
        .computeIfAbsent(deployment, d -> new TreeMap<>())
        .computeIfAbsent(deviceId, d -> new DeviceBook());
  }

  /** Forgets a node and all that was sent to it. */
  void forget(String nodeId) {
    outstanding.values().removeIf(o -> o.nodeId().equals(nodeId));
    String prefix = nodeId + "/";
    deployments.values().forEach(d -> d.keySet().removeIf(device -> device.startsWith(prefix)));
    prune();
  }

  /** Takes an agent's word for what its devices hold. */
  void report(Collection<Registration.Holding> holdings) {
    for (Registration.Holding holding : holdings) {
      DeviceBook book = book(holding.deployment(), holding.deviceId());
      book.loaded.addAll(holding.shards());
      holding.routes().forEach((layer, route) -> put(book.active, layer, route));
    }
    prune();
  }

  /** Notes a directive before it is sent. */
  void sent(String id, String nodeId, String deployment, DeviceAction action) {
    outstanding.put(id, new Outstanding(nodeId, deployment, action));
    DeviceBook book = book(deployment, action.deviceId());
    switch (action) {
      case DeviceAction.Load load -> book.loading.addAll(load.shards());
      case DeviceAction.Release release -> {
        release.shards().forEach(book.loaded::remove);
        book.releasing.addAll(release.shards());
      }
      case DeviceAction.Activate activate -> book.pending.put(activate.layer(), activate.route());
    }
  }

  /**
   * Notes an acknowledgement.
   *
   * @return the deployment, or empty when nothing is known of the directive
   */
  Optional<String> acknowledged(String id, boolean done, long nowMillis) {
    Outstanding order = outstanding.remove(id);
    if (order == null) {
      return Optional.empty();
    }
    DeviceBook book = book(order.deployment(), order.action().deviceId());
    switch (order.action()) {
      case DeviceAction.Load load -> {
        load.shards().forEach(book.loading::remove);
        if (done) {
          book.loaded.addAll(load.shards());
        }
      }
      case DeviceAction.Release release -> {
        release.shards().forEach(book.releasing::remove);
        if (!done) {
          book.loaded.addAll(release.shards());
        }
      }
      case DeviceAction.Activate activate -> {
        book.pending.remove(activate.layer());
        if (done) {
          put(book.active, activate.layer(), activate.route());
        }
      }
    }
    if (!done) {
      book.heldUntilMillis = nowMillis + HOLD_MILLIS;
    }
    prune();
    return Optional.of(order.deployment());
  }

  long inFlight(String deployment) {
    return outstanding.values().stream().filter(o -> o.deployment().equals(deployment)).count();
  }

  private static void put(TreeMap<Integer, LayerRoute> routes, int layer, LayerRoute route) {
    if (route.isEmpty()) {
      routes.remove(layer);
    } else {
      routes.put(layer, route);
    }
  }

  private void prune() {
    deployments.values().forEach(d -> d.values().removeIf(DeviceBook::isEmpty));
    deployments.values().removeIf(TreeMap::isEmpty);
  }
}
