package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Shard;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one device is known to hold of a deployment right now.
 *
 * @param deviceId a device whose agent is there; lost devices have no view
 * @param shardLimitBytes what shards may take together
 * @param loaded shards that the agent reported or acknowledged
 * @param loading shards whose load was sent and not acknowledged
 * @param releasing shards whose release was sent and not acknowledged; they still take memory but
 *     serve nothing, whether or not they are in {@code loaded} too
 * @param active acknowledged route of each layer; layers that are not served may be absent
 * @param outstanding route of each layer that was sent and not acknowledged
 */
public record DeviceView(
    String deviceId,
    long shardLimitBytes,
    NavigableSet<Shard> loaded,
    NavigableSet<Shard> loading,
    NavigableSet<Shard> releasing,
    NavigableMap<Integer, LayerRoute> active,
    NavigableMap<Integer, LayerRoute> outstanding) {
  public DeviceView {
    requireNonNull(deviceId, "deviceId");
    loaded = Collections.unmodifiableNavigableSet(new TreeSet<>(loaded));
    loading = Collections.unmodifiableNavigableSet(new TreeSet<>(loading));
    releasing = Collections.unmodifiableNavigableSet(new TreeSet<>(releasing));
    active = Collections.unmodifiableNavigableMap(new TreeMap<>(active));
    outstanding = Collections.unmodifiableNavigableMap(new TreeMap<>(outstanding));
  }

  /** A device of which nothing is in flight. */
  public static DeviceView settled(
      String deviceId,
      long shardLimitBytes,
      NavigableSet<Shard> loaded,
      NavigableMap<Integer, LayerRoute> active) {
    return new DeviceView(
        deviceId,
        shardLimitBytes,
        loaded,
        new TreeSet<>(),
        new TreeSet<>(),
        active,
        new TreeMap<>());
  }

  /** Whether an answer of the device is awaited. */
  public boolean isInFlight() {
    return !loading.isEmpty() || !releasing.isEmpty() || !outstanding.isEmpty();
  }

  /** Whether the shard is there and not about to go. */
  public boolean isUsable(Shard shard) {
    return loaded.contains(shard) && !releasing.contains(shard);
  }

  LayerRoute activeRoute(int layer) {
    return active.getOrDefault(layer, LayerRoute.EMPTY);
  }
}
