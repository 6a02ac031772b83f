package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Shard;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * What a change of placement has to move.
 *
 * @param loadBytes bytes to load
 * @param loadShards shards to load
 * @param loadExperts expert replicas among them
 * @param releaseShards shards to release
 */
public record MigrationEstimate(
    long loadBytes, long loadShards, long loadExperts, long releaseShards) {

  /** The change from one placement to another; from one without stages, all is loaded. */
  public static MigrationEstimate between(
      Placement from, Placement to, ToLongFunction<Shard> shardBytes) {
    TreeMap<String, NavigableSet<Shard>> held = new TreeMap<>();
    MigrationTarget old = MigrationTarget.of(from);
    old.devices().forEach((id, device) -> held.put(id, device.shards()));
    return between(held, MigrationTarget.of(to, old), shardBytes);
  }

  /**
   * The change from what devices hold to a placement.
   *
   * @param held device id to its shards
   */
  public static MigrationEstimate between(
      SortedMap<String, ? extends SortedSet<Shard>> held,
      Placement to,
      ToLongFunction<Shard> shardBytes) {
    return between(held, MigrationTarget.of(to), shardBytes);
  }

  @SuppressWarnings("ReferenceEquality") // What is taken over as it is needs no comparison.
  private static MigrationEstimate between(
      SortedMap<String, ? extends SortedSet<Shard>> held,
      MigrationTarget target,
      ToLongFunction<Shard> shardBytes) {
    SortedSet<Shard> nothing = new TreeSet<>();
    long bytes = 0;
    long shards = 0;
    long experts = 0;
    for (DeviceTarget device : target.devices().values()) {
      SortedSet<Shard> there = held.get(device.deviceId());
      if (there == device.shards()) {
        continue;
      }
      for (Shard shard : device.shards()) {
        if (!(there == null ? nothing : there).contains(shard)) {
          bytes += shardBytes.applyAsLong(shard);
          shards++;
          experts += shard.kind() == Shard.Kind.EXPERT ? 1 : 0;
        }
      }
    }
    long released = 0;
    for (var entry : held.entrySet()) {
      NavigableSet<Shard> wanted = target.device(entry.getKey()).shards();
      released +=
          entry.getValue() == wanted
              ? 0
              : entry.getValue().stream().filter(shard -> !wanted.contains(shard)).count();
    }
    return new MigrationEstimate(bytes, shards, experts, released);
  }
}
