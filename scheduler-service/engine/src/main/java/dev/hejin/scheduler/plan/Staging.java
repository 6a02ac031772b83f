package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The way out when last replicas hold the memory that other replicas wait for: one of them gets a
 * copy on a device that has all it wants and room to spare. The next call routes to the copy, the
 * one after that lets the replica go. Devices that still miss something are never used, so copies
 * cannot go in circles.
 */
final class Staging {
  private final MigrationPass pass;

  Staging(MigrationPass pass) {
    this.pass = pass;
  }

  List<DeviceAction> actions() {
    List<DeviceAction> actions = new ArrayList<>();
    for (DeviceWork device : pass.devices) {
      if (device.blocked) {
        stageOne(device, actions);
      }
    }
    return actions;
  }

  /** Experts first: a layer's own weights can only leave a device after them. */
  private void stageOne(DeviceWork from, List<DeviceAction> actions) {
    for (LayerTransition layer : pass.layers) {
      for (LayerMember member : layer.members) {
        if (member.device != from) {
          continue;
        }
        BitSet extras = (BitSet) member.live.clone();
        extras.andNot(member.wanted);
        for (int item = extras.length() - 1; item >= 0; item = extras.previousSetBit(item - 1)) {
          if (layer.isLast(member, item) && stage(layer, member, item, actions)) {
            return;
          }
        }
      }
    }
  }

  private boolean stage(
      LayerTransition layer, LayerMember from, int item, List<DeviceAction> actions) {
    List<Shard> copies = copies(from, item);
    for (DeviceWork to : pass.devices) {
      if (to == from.device || !to.missing.isEmpty() || !to.loads.isEmpty()) {
        continue;
      }
      List<Shard> lacking = copies.stream().filter(s -> !to.view.isUsable(s)).toList();
      long bytes = lacking.stream().mapToLong(to::bytes).sum();
      if (!lacking.isEmpty() && bytes <= to.roomBytes() && !holds(layer, to, item)) {
        to.reserve(bytes);
        actions.add(new DeviceAction.Load(to.view.deviceId(), lacking));
        return true;
      }
    }
    return false;
  }

  private static boolean holds(LayerTransition layer, DeviceWork device, int item) {
    return layer.members.stream().anyMatch(m -> m.device == device && m.usable.get(item));
  }

  /** What another device needs to serve the item as this one does. */
  private static List<Shard> copies(LayerMember from, int item) {
    List<Shard> copies = new ArrayList<>();
    for (Shard shard : from.device.view.loaded()) {
      boolean sameLayer = shard.layer() == from.layer;
      boolean own = shard.kind() == Shard.Kind.LAYER;
      boolean expert = shard.kind() == Shard.Kind.EXPERT && shard.expert() == item - 1;
      if (sameLayer && (own || expert) && from.device.view.isUsable(shard)) {
        copies.add(shard);
      }
    }
    return copies;
  }
}
