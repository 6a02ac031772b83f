package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.ServiceViolation.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What one device serves and what is wrong there, told from its view alone. */
final class DeviceService {
  private final DeviceView view;
  private final List<ServiceViolation> violations = new ArrayList<>();
  private final TreeMap<Integer, LayerRoute> routes = new TreeMap<>();

  /** By layer, items that a route names and that are there: 0 is attention, e + 1 expert e. */
  private final TreeMap<Integer, BitSet> live = new TreeMap<>();

  private final long heldBytes;

  private DeviceService(DeviceView view, long heldBytes) {
    this.view = view;
    this.heldBytes = heldBytes;
  }

  /** Gets what is served. */
  interface Served {
    /**
     * @param changing whether the device was told to serve the layer otherwise
     */
    void serve(int layer, int item, double share, boolean changing);
  }

  /**
   * @param before the same device when it was last seen; null when it is new: what it came with is
   *     nobody's fault here
   */
  static DeviceService of(
      DeviceView view,
      ModelSpec model,
      ToLongFunction<Shard> shardBytes,
      @Nullable DeviceService before) {
    DeviceService service = new DeviceService(view, heldBytes(view, shardBytes));
    if (before != null) {
      service.checkMemory(before.heldBytes);
    }
    service.checkRoutes(model.layers());
    return service;
  }

  /** Whether nothing can have changed. */
  @SuppressWarnings("ReferenceEquality") // The very same view is equal without a comparison.
  boolean isOf(DeviceView other) {
    return view == other;
  }

  List<ServiceViolation> violations() {
    return violations;
  }

  /** Routes whose layer is there, by layer. */
  NavigableMap<Integer, LayerRoute> routes() {
    return Collections.unmodifiableNavigableMap(routes);
  }

  void serve(Served served) {
    live.forEach(
        (layer, items) -> {
          LayerRoute route = view.activeRoute(layer);
          boolean changing = view.outstanding().containsKey(layer);
          if (items.get(0)) {
            served.serve(layer, 0, route.tokenShare(), changing);
          }
          route
              .experts()
              .forEach(
                  (expert, share) -> {
                    if (items.get(expert + 1)) {
                      served.serve(layer, expert + 1, share, changing);
                    }
                  });
        });
  }

  private static long heldBytes(DeviceView view, ToLongFunction<Shard> shardBytes) {
    TreeSet<Shard> held = new TreeSet<>(view.loaded());
    held.addAll(view.loading());
    held.addAll(view.releasing());
    return held.stream().mapToLong(shardBytes).sum();
  }

  /** What an earlier plan with a higher limit brought may stay until it is released. */
  private void checkMemory(long beforeBytes) {
    if (heldBytes > view.shardLimitBytes() && heldBytes > beforeBytes) {
      violations.add(
          new ServiceViolation(
              Kind.MEMORY_EXCEEDED,
              view.deviceId(),
              "shards take " + heldBytes + " bytes of " + view.shardLimitBytes()));
    }
  }

  private void checkRoutes(List<LayerSpec> layers) {
    TreeMap<Integer, BitSet> copies = copies();
    for (Map.Entry<Integer, LayerRoute> entry : view.active().entrySet()) {
      int layer = entry.getKey();
      LayerRoute route = entry.getValue();
      if (route.isEmpty()) {
        continue;
      }
      BitSet there = copies.getOrDefault(layer, new BitSet());
      if (layer >= layers.size() || !there.get(0)) {
        violations.add(missing(layer, -1));
        continue;
      }
      routes.put(layer, route);
      int experts = layers.get(layer).routedExperts();
      BitSet items = new BitSet();
      items.set(0, route.tokenShare() > 0);
      for (int expert : route.experts().keySet()) {
        if (expert < experts && there.get(expert + 1)) {
          items.set(expert + 1);
        } else {
          violations.add(missing(layer, expert));
        }
      }
      live.put(layer, items);
    }
  }

  private TreeMap<Integer, BitSet> copies() {
    TreeMap<Integer, BitSet> copies = new TreeMap<>();
    for (Shard shard : view.loaded()) {
      if (shard.layer() >= 0) {
        copies.computeIfAbsent(shard.layer(), l -> new BitSet()).set(shard.expert() + 1);
      }
    }
    return copies;
  }

  private ServiceViolation missing(int layer, int expert) {
    return new ServiceViolation(
        Kind.ROUTE_WITHOUT_SHARD,
        view.deviceId(),
        "routes " + ServiceCheck.subject(layer, expert) + " without its shard");
  }
}
