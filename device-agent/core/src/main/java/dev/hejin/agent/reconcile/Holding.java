package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one device holds of one deployment. Only {@link DeviceLedger} changes it. */
public final class Holding {
  final NavigableMap<ShardKey, Shard> loaded = new TreeMap<>();
  final NavigableMap<Integer, LayerRoute> routes = new TreeMap<>();
  final NavigableMap<Integer, ServingShape> shapes = new TreeMap<>();
  long kvCacheBytes;
  long epoch;
  long routeEpoch;

  Holding() {}

  Holding copy() {
    Holding copy = new Holding();
    copy.loaded.putAll(loaded);
    copy.routes.putAll(routes);
    copy.shapes.putAll(shapes);
    copy.kvCacheBytes = kvCacheBytes;
    copy.epoch = epoch;
    copy.routeEpoch = routeEpoch;
    return copy;
  }

  /** Loaded shards, ascending; a view. */
  public SortedMap<ShardKey, Shard> loaded() {
    return Collections.unmodifiableSortedMap(loaded);
  }

  /** Served layers, ascending; a view. */
  public SortedMap<Integer, LayerRoute> routes() {
    return Collections.unmodifiableSortedMap(routes);
  }

  /** Shape to serve a routed layer with. */
  public ServingShape shape(int layer) {
    ServingShape shape = shapes.get(layer);
    if (shape == null) {
      throw new IllegalArgumentException("layer " + layer + " is not routed\nMaybe ask routes()");
    }
    return shape;
  }

  /** Epoch of the last directive that changed this holding. */
  public long epoch() {
    return epoch;
  }

  /** Epoch of the last activation. */
  public long routeEpoch() {
    return routeEpoch;
  }

  /** Memory reserved for the cache. */
  public long kvCacheBytes() {
    return kvCacheBytes;
  }

  /** The loaded shard with these weights, in the wanted format when there are several. */
  public Optional<Shard> find(ShardKind kind, int layer, int expert, Precision wanted) {
    Shard exact = loaded.get(new ShardKey(kind, layer, expert, wanted));
    if (exact != null) {
      return Optional.of(exact);
    }
    ShardKey first = new ShardKey(kind, layer, expert, Precision.values()[0]);
    var next = loaded.ceilingEntry(first);
    return next != null && next.getKey().sameWeights(first)
        ? Optional.of(next.getValue())
        : Optional.empty();
  }

  void serve(LayerRoute route, @Nullable ServingShape shape) {
    if (route.isEmpty()) {
      routes.remove(route.layer());
      shapes.remove(route.layer());
      return;
    }
    routes.put(route.layer(), route);
    if (shape != null) {
      // Layers mostly share one shape: keep one copy.
      ServingShape same = shapes.values().stream().filter(shape::equals).findFirst().orElse(shape);
      shapes.put(route.layer(), same);
    }
  }

  boolean isEmpty() {
    return loaded.isEmpty() && routes.isEmpty();
  }
}
