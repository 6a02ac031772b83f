package dev.hejin.lab.control;

import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one device holds, loads and serves. */
final class DeviceBook {
  final String id;
  final int number;
  final TreeSet<Shard> loaded = new TreeSet<>();
  final ArrayDeque<Shard> loading = new ArrayDeque<>();
  final TreeMap<Integer, LayerRoute> active = new TreeMap<>();

  /** Bytes of the first shard that are there already. */
  double arrivedBytes;

  DeviceBook(String id, int number) {
    this.id = id;
    this.number = number;
  }

  DeviceView view(long shardLimitBytes) {
    return new DeviceView(
        id,
        shardLimitBytes,
        loaded,
        new TreeSet<>(loading),
        new TreeSet<>(),
        active,
        new TreeMap<>());
  }
}
