package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.List;

/**
 * What one device loads next: shards of experts that nobody serves, then layers in order; a layer's
 * own weights before its experts. Also finds out whether the rest fits.
 */
final class LoadChoice {
  private final MigrationPass pass;
  private final DeviceWork device;
  private final boolean[] open;
  private final MigrationLimits limits;

  LoadChoice(MigrationPass pass, DeviceWork device, boolean[] open) {
    this.pass = pass;
    this.device = device;
    this.open = open;
    this.limits = pass.view.limits();
  }

  void choose() {
    if (device.missing.isEmpty()) {
      return;
    }
    List<Shard> urgent = new ArrayList<>();
    List<Shard> planned = new ArrayList<>();
    for (Shard shard : device.missing) {
      boolean isUrgent = isUrgent(shard);
      if (isUrgent || (shard.kind() == Shard.Kind.LAYER && hasUrgentExpert(shard.layer()))) {
        urgent.add(shard);
      } else {
        planned.add(shard);
      }
    }
    long urgentLeft = take(urgent, true);
    if (urgentLeft > device.roomBytes()) {
      device.blocked = true;
      device.pressed = true;
    }
    long plannedLeft = device.pressed && pass.isSteady() ? bytes(planned) : take(planned, false);
    device.blocked |= urgentLeft + plannedLeft > device.roomBytes();
  }

  private long bytes(List<Shard> shards) {
    return shards.stream().mapToLong(device::bytes).sum();
  }

  /** Loads what may go now; answers the bytes that are left. */
  private long take(List<Shard> shards, boolean urgent) {
    long left = 0;
    for (Shard shard : shards) {
      boolean mayGo =
          (urgent || isOpen(shard))
              && device.bytes(shard) <= device.roomBytes()
              && !device.view.releasing().contains(shard)
              && device.mayFly(shard, limits)
              && (shard.kind() != Shard.Kind.EXPERT || device.hasOrLoadsLayer(shard.layer()));
      if (mayGo) {
        device.load(shard);
      } else {
        left += device.bytes(shard);
      }
    }
    return left;
  }

  private boolean isOpen(Shard shard) {
    return open[layerOf(shard)];
  }

  private int layerOf(Shard shard) {
    return switch (shard.kind()) {
      case EMBEDDING -> 0;
      case HEAD -> pass.lastLayer();
      case LAYER, EXPERT -> shard.layer();
    };
  }

  private boolean isUrgent(Shard shard) {
    LayerTransition layer = pass.layers.get(layerOf(shard));
    return switch (shard.kind()) {
      case EXPERT -> layer.isUnserved(shard.expert() + 1);
      case EMBEDDING, HEAD, LAYER -> layer.isUnserved(0);
    };
  }

  private boolean hasUrgentExpert(int layer) {
    LayerTransition transition = pass.layers.get(layer);
    LayerRoute route = device.target.routes().get(layer);
    return route != null
        && route.experts().keySet().stream().anyMatch(e -> transition.isUnserved(e + 1));
  }
}
