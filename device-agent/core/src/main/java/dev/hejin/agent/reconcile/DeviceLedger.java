package dev.hejin.agent.reconcile;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The books of one device's memory.
 *
 * <p>Goals: memory in use (loaded, being loaded, reserved cache) never exceeds the device; a
 * refused order changes nothing; repeating an order that took effect succeeds.
 *
 * <p>Method: an order is checked as a whole before anything changes. A load has two ends: {@link
 * #beginLoad} reserves the memory, {@link #finishShard} books each shard as it arrives, {@link
 * #abandonLoads} gives back what never came.
 *
 * <p>Example: a device of 100 bytes holds a layer of 60. A load of two experts of 25 is refused
 * (110 &gt; 100); a load of one is accepted and counts 85 at once. A release of the layer is
 * refused while a route uses it.
 */
public final class DeviceLedger {
  private final String deviceId;
  private final long memoryBytes;
  private final TreeMap<String, Holding> holdings = new TreeMap<>();
  private final Map<String, Map<ShardKey, Shard>> loading = new TreeMap<>();
  private long usedBytes;

  public DeviceLedger(String deviceId, long memoryBytes) {
    this.deviceId = requireNonNull(deviceId, "deviceId");
    this.memoryBytes = memoryBytes;
  }

  public long memoryBytes() {
    return memoryBytes;
  }

  /** Loaded shards, shards being loaded and reserved cache. */
  public long usedBytes() {
    return usedBytes;
  }

  public int loadingShards() {
    return loading.values().stream().mapToInt(Map::size).sum();
  }

  /** By deployment, ascending; a view. */
  public SortedMap<String, Holding> holdings() {
    return Collections.unmodifiableSortedMap(holdings);
  }

  /** What to report when registering. Shards still being loaded are not held. */
  public List<HeldState> held() {
    List<HeldState> states = new ArrayList<>();
    holdings.forEach(
        (deployment, holding) -> {
          if (!holding.isEmpty()) {
            states.add(
                new HeldState(
                    deviceId,
                    deployment,
                    List.copyOf(holding.loaded.values()),
                    List.copyOf(holding.routes.values()),
                    holding.epoch));
          }
        });
    return states;
  }

  /** What to write down, one for each deployment that holds something. */
  public List<KeptState> kept() {
    return held().stream()
        .map(
            state -> {
              Holding holding = holdings.get(state.deploymentId());
              ServingShape shape =
                  holding == null || holding.shapes.isEmpty()
                      ? null
                      : holding.shapes.lastEntry().getValue();
              return new KeptState(state, shape);
            })
        .toList();
  }

  /**
   * Books what was written down, as it is.
   *
   * @throws IllegalArgumentException when it does not fit into the device or into itself
   */
  public void restore(KeptState kept) {
    HeldState held = kept.held();
    String deployment = held.deploymentId();
    switch (beginLoad(deployment, held.epoch(), held.shards())) {
      case LoadDecision.Refused refused -> throw new IllegalArgumentException(refused.reason());
      case LoadDecision.Accepted accepted ->
          accepted.missing().forEach(shard -> finishShard(deployment, shard.key()));
    }
    if (!held.routes().isEmpty()) {
      var order = new Directive.Activate(held.routes(), kept.shape());
      activate(deployment, held.epoch(), order)
          .ifPresent(
              refusal -> {
                throw new IllegalArgumentException(refusal);
              });
    }
  }

  /** The same books, to try an order on. No load may be under way. */
  public DeviceLedger copy() {
    DeviceLedger copy = new DeviceLedger(deviceId, memoryBytes);
    holdings.forEach((deployment, holding) -> copy.holdings.put(deployment, holding.copy()));
    copy.usedBytes = usedBytes - loadingBytes();
    return copy;
  }

  private long loadingBytes() {
    return loading.values().stream()
        .flatMap(arriving -> arriving.values().stream())
        .mapToLong(Shard::sizeBytes)
        .sum();
  }

  /** Reserves memory for the shards that are not there. */
  public LoadDecision beginLoad(String deployment, long epoch, List<Shard> shards) {
    Holding holding = holdings.get(deployment);
    Map<ShardKey, Shard> arriving = loading.getOrDefault(deployment, Map.of());
    Map<ShardKey, Shard> missing = new LinkedHashMap<>();
    long missingBytes = 0;
    for (Shard shard : shards) {
      Shard known = holding == null ? null : holding.loaded.get(shard.key());
      if (known == null) {
        known = missing.getOrDefault(shard.key(), arriving.get(shard.key()));
      }
      if (known == null) {
        missing.put(shard.key(), shard);
        missingBytes = Math.addExact(missingBytes, shard.sizeBytes());
      } else if (known.sizeBytes() != shard.sizeBytes()) {
        return new LoadDecision.Refused(
            "%s has %d bytes on %s, the order says %d\nMaybe release it first"
                .formatted(shard.key(), known.sizeBytes(), deviceId, shard.sizeBytes()));
      }
    }
    if (missingBytes > memoryBytes - usedBytes) {
      return new LoadDecision.Refused(outOfMemory(missingBytes, missing.size() + " shards"));
    }
    if (!missing.isEmpty()) {
      usedBytes += missingBytes;
      loading.computeIfAbsent(deployment, key -> new LinkedHashMap<>()).putAll(missing);
      touch(deployment, epoch);
    }
    return new LoadDecision.Accepted(List.copyOf(missing.values()));
  }

  /** Books a shard of an accepted load as loaded. */
  public void finishShard(String deployment, ShardKey key) {
    Map<ShardKey, Shard> arriving = loading.get(deployment);
    Shard shard = arriving == null ? null : arriving.remove(key);
    if (arriving == null || shard == null) {
      throw new IllegalStateException(
          key + " of " + deployment + " is not being loaded on " + deviceId + "\nMaybe twice done");
    }
    if (arriving.isEmpty()) {
      loading.remove(deployment);
    }
    holdings.computeIfAbsent(deployment, name -> new Holding()).loaded.put(key, shard);
  }

  /** Gives back the memory of shards that have not arrived. */
  public void abandonLoads() {
    usedBytes -= loadingBytes();
    loading.clear();
    holdings.values().removeIf(Holding::isEmpty);
  }

  /** Changes routes and the cache; answers why not. */
  public Optional<String> activate(String deployment, long epoch, Directive.Activate order) {
    Holding holding = holdings.get(deployment);
    TreeSet<Integer> named = new TreeSet<>();
    TreeSet<Integer> remaining =
        new TreeSet<>(holding == null ? Set.of() : holding.routes.keySet());
    for (LayerRoute route : order.routes()) {
      Optional<String> refusal =
          named.add(route.layer())
              ? whyNotServe(holding, route, order.shape())
              : Optional.of("layer " + route.layer() + " is named twice\nMaybe merge its routes");
      if (refusal.isPresent()) {
        return refusal;
      }
      if (route.isEmpty()) {
        remaining.remove(route.layer());
      } else {
        remaining.add(route.layer());
      }
    }
    if (holding == null) {
      return Optional.empty();
    }
    ServingShape shape = order.shape();
    long wantedBytes = shape == null ? holding.kvCacheBytes : shape.kvCacheBytes();
    long addedBytes = (remaining.isEmpty() ? 0 : wantedBytes) - holding.kvCacheBytes;
    if (addedBytes > memoryBytes - usedBytes) {
      return Optional.of(outOfMemory(addedBytes, "the cache"));
    }
    usedBytes += addedBytes;
    holding.kvCacheBytes += addedBytes;
    order.routes().forEach(route -> holding.serve(route, shape));
    holding.epoch = epoch;
    holding.routeEpoch = epoch;
    dropWhenEmpty(deployment, holding);
    return Optional.empty();
  }

  /** Gives the memory of shards back; answers why not. */
  public Optional<String> release(String deployment, long epoch, List<ShardKey> keys) {
    Holding holding = holdings.get(deployment);
    if (holding == null) {
      return Optional.empty();
    }
    TreeSet<ShardKey> going = new TreeSet<>(keys);
    going.retainAll(holding.loaded.keySet());
    for (ShardKey key : going) {
      if (routed(holding, key) && !otherFormatStays(holding, key, going)) {
        return Optional.of(
            key
                + " of "
                + deployment
                + " is served by "
                + deviceId
                + "\nMaybe change routes first");
      }
    }
    for (ShardKey key : going) {
      Shard shard = holding.loaded.remove(key);
      usedBytes -= shard == null ? 0 : shard.sizeBytes();
    }
    if (!going.isEmpty()) {
      touch(deployment, epoch);
    }
    dropWhenEmpty(deployment, holding);
    return Optional.empty();
  }

  private static boolean routed(Holding holding, ShardKey key) {
    LayerRoute route = holding.routes.get(key.layer());
    return switch (key.kind()) {
      case EMBEDDING, HEAD -> false;
      case LAYER -> route != null && route.tokenShare() > 0;
      case EXPERT -> route != null && Collections.binarySearch(route.experts(), key.expert()) >= 0;
    };
  }

  private static boolean otherFormatStays(Holding holding, ShardKey key, TreeSet<ShardKey> going) {
    return holding.loaded.keySet().stream()
        .anyMatch(other -> other.sameWeights(key) && !going.contains(other));
  }

  private Optional<String> whyNotServe(
      @Nullable Holding holding, LayerRoute route, @Nullable ServingShape shape) {
    int layer = route.layer();
    boolean shapeKnown = shape != null || (holding != null && holding.shapes.containsKey(layer));
    if (!route.isEmpty() && !shapeKnown) {
      return Optional.of(
          "shape is unset in the first activation of layer " + layer + "\nMaybe send it again");
    }
    if (route.tokenShare() > 0 && !holds(holding, ShardKind.LAYER, layer, ShardKey.NONE)) {
      return Optional.of(
          "layer %d has tokenShare %s and is not loaded on %s\nMaybe load it first"
              .formatted(layer, route.tokenShare(), deviceId));
    }
    for (int expert : route.experts()) {
      if (!holds(holding, ShardKind.EXPERT, layer, expert)) {
        return Optional.of(
            "expert %d of layer %d is not loaded on %s\nMaybe load it first"
                .formatted(expert, layer, deviceId));
      }
    }
    return Optional.empty();
  }

  private static boolean holds(@Nullable Holding holding, ShardKind kind, int layer, int expert) {
    return holding != null && holding.find(kind, layer, expert, Precision.BF16).isPresent();
  }

  private String outOfMemory(long neededBytes, String what) {
    return "%s needs %d bytes, %s has %d of %d bytes free\nMaybe release shards first"
        .formatted(what, neededBytes, deviceId, memoryBytes - usedBytes, memoryBytes);
  }

  private void touch(String deployment, long epoch) {
    holdings.computeIfAbsent(deployment, key -> new Holding()).epoch = epoch;
  }

  private void dropWhenEmpty(String deployment, Holding holding) {
    if (holding.isEmpty() && !loading.containsKey(deployment)) {
      holdings.remove(deployment);
    }
  }
}
