package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * What devices release next: shards that the target does not want there and that no route names, in
 * force or on its way. A spare copy of an item whose target replicas do not serve yet stays while
 * its memory is not needed.
 */
final class ReleaseChoice {
  private final MigrationPass pass;

  ReleaseChoice(MigrationPass pass) {
    this.pass = pass;
  }

  void addTo(List<DeviceAction> actions) {
    List<List<Shard>> freed = new ArrayList<>();
    for (int i = 0; i < pass.devices.size(); i++) {
      freed.add(new ArrayList<>());
    }
    int index = 0;
    for (DeviceWork device : pass.devices) {
      List<Shard> shards = freed.get(index++);
      for (Shard shard : device.extras) {
        if (mayGo(device, shard)) {
          shards.add(shard);
        }
      }
      if (!shards.isEmpty()) {
        actions.add(new DeviceAction.Release(device.view.deviceId(), shards));
      }
    }
  }

  private boolean mayGo(DeviceWork device, Shard shard) {
    return switch (shard.kind()) {
      case EMBEDDING -> !serves(device, 0) || hasBetterCopy(device, shard);
      case HEAD -> !serves(device, Math.max(0, pass.lastLayer())) || hasBetterCopy(device, shard);
      case LAYER -> layerMayGo(device, shard);
      case EXPERT -> itemMayGo(device, shard, shard.expert() + 1);
    };
  }

  /** A layer's own weights stay while any copy of its experts does. */
  private boolean layerMayGo(DeviceWork device, Shard shard) {
    if (hasBetterCopy(device, shard)) {
      return true;
    }
    return itemMayGo(device, shard, 0)
        && device.view.loaded().tailSet(shard, false).stream()
            .takeWhile(other -> other.layer() == shard.layer())
            .filter(other -> other.kind() == Shard.Kind.EXPERT && device.view.isUsable(other))
            .allMatch(other -> itemMayGo(device, other, other.expert() + 1));
  }

  private boolean itemMayGo(DeviceWork device, Shard shard, int item) {
    if (hasBetterCopy(device, shard)) {
      return true;
    }
    LayerTransition layer = pass.layers.get(shard.layer());
    LayerMember member = memberOf(layer, device);
    if (member.isNamed(item)) {
      return false;
    }
    if (layer.isUnknown(item) || layer.isHome(item)) {
      return true;
    }
    return !device.missing.isEmpty() && (device.blocked || !layer.isNeeded(item));
  }

  /** Whether the device also has the copy of the item that the target wants. */
  private static boolean hasBetterCopy(DeviceWork device, Shard shard) {
    Shard better =
        switch (shard.kind()) {
          case EMBEDDING -> Shard.ofEmbedding(device.target.precision());
          case HEAD -> Shard.ofHead(device.target.precision());
          case LAYER -> Shard.ofLayer(shard.layer(), device.target.precision());
          case EXPERT ->
              Shard.ofExpert(shard.layer(), shard.expert(), device.target.expertPrecision());
        };
    return device.target.shards().contains(better) && device.view.isUsable(better);
  }

  private static LayerMember memberOf(LayerTransition layer, DeviceWork device) {
    for (LayerMember member : layer.members) {
      if (member.device == device) {
        return member;
      }
    }
    throw new IllegalStateException(
        "device '" + device.view.deviceId() + "' holds layer " + layer.layer + " but is no member");
  }

  private static boolean serves(DeviceWork device, int layer) {
    LayerRoute outstanding = device.view.outstanding().get(layer);
    return !device.view.activeRoute(layer).isEmpty()
        || (outstanding != null && !outstanding.isEmpty());
  }
}
