package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one device is known to hold of one deployment. Rebuilt from the agent's report. */
final class DeviceBook {
  final TreeSet<Shard> loaded = new TreeSet<>();
  final TreeSet<Shard> loading = new TreeSet<>();
  final TreeSet<Shard> releasing = new TreeSet<>();
  final TreeMap<Integer, LayerRoute> active = new TreeMap<>();
  final TreeMap<Integer, LayerRoute> pending = new TreeMap<>();

  /** Directives are held back until then after a failure, by the loop's clock. */
  long heldUntilMillis;

  boolean isEmpty() {
    return loaded.isEmpty()
        && loading.isEmpty()
        && releasing.isEmpty()
        && active.isEmpty()
        && pending.isEmpty();
  }
}
