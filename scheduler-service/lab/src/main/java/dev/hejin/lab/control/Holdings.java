package dev.hejin.lab.control;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.scenario.Control;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.MigrationTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * What all devices of a service hold, and what is on its way to them. Loads of a device come one
 * after the other at its rate; devices of a node share the part of its network that loads may take.
 * Routes change and shards go at once.
 */
final class Holdings {
  /** Network of a node of which nobody knows it: 200 Gbit/s. */
  private static final double ASSUMED_NODE_BYTES_PER_SECOND = 25e9;

  private final TruePool pool;
  private final double bytesPerSecond;
  private final double[] nodeBytesPerSecond;
  private final ToLongFunction<Shard> shardBytes;
  private final TreeMap<String, DeviceBook> books = new TreeMap<>();
  private double movedBytes;

  /**
   * @param bytesPerSecond at which one device loads
   * @param nodeBytesPerSecond of each node's network for loads
   */
  private Holdings(
      TruePool pool,
      double bytesPerSecond,
      double[] nodeBytesPerSecond,
      ToLongFunction<Shard> shardBytes) {
    this.pool = pool;
    this.bytesPerSecond = bytesPerSecond;
    this.nodeBytesPerSecond = nodeBytesPerSecond;
    this.shardBytes = shardBytes;
  }

  /** Nothing yet, to be loaded as the scheduler is set. */
  static Holdings of(
      TruePool pool, List<NodeSpec> nodes, Control control, ToLongFunction<Shard> shardBytes) {
    double[] networks =
        nodes.stream()
            .mapToDouble(
                node ->
                    control.nodeShare()
                        * (node.networkBytesPerSecond().isKnown()
                            ? node.networkBytesPerSecond().value()
                            : ASSUMED_NODE_BYTES_PER_SECOND))
            .toArray();
    return new Holdings(pool, control.loadGbPerSecond() * 1e9, networks, shardBytes);
  }

  Collection<DeviceBook> books() {
    return books.values();
  }

  private DeviceBook book(String id) {
    return books.computeIfAbsent(id, device -> new DeviceBook(device, pool.number(device)));
  }

  /** Everything is where the target wants it: a service that has been up for long. */
  void fill(MigrationTarget target) {
    target
        .devices()
        .forEach(
            (id, device) -> {
              DeviceBook book = book(id);
              book.loaded.addAll(device.shards());
              book.active.putAll(device.routes());
            });
  }

  /** A device lost all that it held. */
  void forget(String id) {
    books.remove(id);
  }

  List<DeviceView> views(Collection<String> usable, TreeMap<String, Long> limits) {
    TreeSet<String> ids = new TreeSet<>(books.keySet());
    ids.addAll(limits.keySet());
    ids.retainAll(usable);
    List<DeviceView> views = new ArrayList<>();
    for (String id : ids) {
      views.add(book(id).view(limits.getOrDefault(id, Long.MAX_VALUE)));
    }
    return views;
  }

  /** Carries actions out; tells whether a route changed. */
  boolean apply(List<DeviceAction> actions) {
    boolean changed = false;
    for (DeviceAction action : actions) {
      DeviceBook book = book(action.deviceId());
      switch (action) {
        case DeviceAction.Load load -> {
          for (Shard shard : load.shards()) {
            if (!book.loaded.contains(shard) && !book.loading.contains(shard)) {
              book.loading.add(shard);
            }
          }
        }
        case DeviceAction.Activate activate -> {
          book.active.put(activate.layer(), activate.route());
          changed = true;
        }
        case DeviceAction.Release release -> release.shards().forEach(book.loaded::remove);
      }
    }
    return changed;
  }

  boolean isLoading() {
    return books.values().stream().anyMatch(book -> !book.loading.isEmpty());
  }

  /** Bytes a second that each node's loads take now. */
  double[] loadRates() {
    double[] rates = new double[pool.nodes()];
    int[] loading = loading();
    for (int n = 0; n < rates.length; n++) {
      rates[n] = Math.min(loading[n] * bytesPerSecond, nodeBytesPerSecond[n]);
    }
    return rates;
  }

  private int[] loading() {
    int[] loading = new int[pool.nodes()];
    for (DeviceBook book : books.values()) {
      loading[pool.node(book.number)] += book.loading.isEmpty() ? 0 : 1;
    }
    return loading;
  }

  /** Lets loads go on for some time; tells whether a shard has arrived. */
  boolean load(double seconds) {
    int[] loading = loading();
    double[] rates = loadRates();
    boolean arrived = false;
    for (DeviceBook book : books.values()) {
      if (book.loading.isEmpty()) {
        continue;
      }
      int node = pool.node(book.number);
      double bytes = rates[node] / loading[node] * seconds;
      movedBytes += bytes;
      book.arrivedBytes += bytes;
      while (!book.loading.isEmpty()) {
        long size = shardBytes.applyAsLong(book.loading.getFirst());
        if (book.arrivedBytes < size) {
          break;
        }
        book.arrivedBytes -= size;
        book.loaded.add(book.loading.removeFirst());
        arrived = true;
      }
      if (book.loading.isEmpty()) {
        movedBytes -= book.arrivedBytes;
        book.arrivedBytes = 0;
      }
    }
    return arrived;
  }

  /** Bytes loaded so far. */
  double movedBytes() {
    return movedBytes;
  }
}
