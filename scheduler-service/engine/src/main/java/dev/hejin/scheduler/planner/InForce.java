package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The placement in force, seen from device sets that may become stages. */
final class InForce {
  private final Placement placement;

  InForce(Placement placement) {
    this.placement = placement;
  }

  Placement placement() {
    return placement;
  }

  /** Of the set's devices, the share that does not hold the layer now: 0 to 1. */
  double moved(DeviceSet set, int layer) {
    List<String> holders = placement.stageOf(layer).deviceIds();
    long absent = set.deviceIds().stream().filter(id -> !holders.contains(id)).count();
    return (double) absent / set.size();
  }

  /** What the set's devices hold of a layer, in the set's device numbers; null when nothing. */
  @Nullable LayerPlacement layer(DeviceSet set, int layer) {
    StagePlacement stage = placement.stageOf(layer);
    if (stage.expertPrecision() != set.expertPrecision()) {
      return null;
    }
    Map<String, Integer> number = new TreeMap<>();
    for (int d = 0; d < set.size(); d++) {
      number.put(set.members().get(d).device().id(), d);
    }
    LayerPlacement old = stage.layer(layer);
    List<Integer> kept = new ArrayList<>();
    for (int slot = 0; slot < old.slots(); slot++) {
      if (number.containsKey(stage.deviceIds().get(old.device(slot)))) {
        kept.add(slot);
      }
    }
    if (kept.isEmpty()) {
      return null;
    }
    int[] device = new int[kept.size()];
    int[] expert = new int[kept.size()];
    double[] share = new double[kept.size()];
    for (int i = 0; i < device.length; i++) {
      int slot = kept.get(i);
      Integer d = number.get(stage.deviceIds().get(old.device(slot)));
      device[i] = d == null ? 0 : d;
      expert[i] = old.expert(slot);
      share[i] = old.share(slot);
    }
    return new LayerPlacement(device, expert, share);
  }
}
