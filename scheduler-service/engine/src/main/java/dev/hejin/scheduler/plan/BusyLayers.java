package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.BitSet;
import java.util.Collection;
import java.util.TreeSet;

/** Which layers a migration has to look at: all but those that are as the target wants them. */
final class BusyLayers {
  private BusyLayers() {}

  /** Layers of which a device has not reached the target, or is not there. */
  static BitSet of(MigrationView view) {
    BitSet busy = new BitSet();
    TreeSet<String> absent = new TreeSet<>(view.target().devices().keySet());
    for (DeviceView device : view.devices()) {
      absent.remove(device.deviceId());
      if (!view.target().isReachedBy(device)) {
        add(busy, device, view.target().device(device.deviceId()));
      }
    }
    absent.forEach(id -> view.target().device(id).routes().keySet().forEach(busy::set));
    return busy;
  }

  /** Every layer that a device has to do with. */
  static BitSet all(MigrationView view) {
    BitSet all = new BitSet();
    all.set(0, view.target().layers());
    view.devices().forEach(device -> add(all, device, view.target().device(device.deviceId())));
    return all;
  }

  /** Whether any of these layers is one of the device's. */
  static boolean any(BitSet layers, DeviceTarget device) {
    return device.routes().keySet().stream().anyMatch(layers::get);
  }

  private static void add(BitSet layers, DeviceView device, DeviceTarget wanted) {
    wanted.routes().keySet().forEach(layers::set);
    device.active().keySet().forEach(layers::set);
    device.outstanding().keySet().forEach(layers::set);
    add(layers, device.loaded());
    add(layers, device.loading());
  }

  private static void add(BitSet layers, Collection<Shard> shards) {
    for (Shard shard : shards) {
      if (shard.layer() >= 0) {
        layers.set(shard.layer());
      }
    }
  }
}
