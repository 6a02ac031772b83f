package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The placement in force, seen from device sets that may become stages. */
final class InForce {
  private final Placement placement;
  private final boolean mends;

  /** The last answer of {@link #numbers}: layers of a stage are asked for in turn. */
  private int[] lastNumbers = {};

  private @Nullable DeviceSet lastSet;
  private @Nullable StagePlacement lastStage;

  InForce(Placement placement) {
    this(placement, false);
  }

  private InForce(Placement placement, boolean mends) {
    this.placement = placement;
    this.mends = mends;
  }

  /** That is to be mended, and quickly: see {@code ExpertPolicy.mend}. */
  static InForce toMend(Placement placement) {
    return new InForce(placement, true);
  }

  boolean mends() {
    return mends;
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
    int[] number = numbers(set, stage);
    LayerPlacement old = stage.layer(layer);
    int kept = 0;
    for (int slot = 0; slot < old.slots(); slot++) {
      kept += number[old.device(slot)] >= 0 ? 1 : 0;
    }
    if (kept == 0) {
      return null;
    }
    int[] device = new int[kept];
    int[] expert = new int[kept];
    double[] share = new double[kept];
    int i = 0;
    for (int slot = 0; slot < old.slots(); slot++) {
      if (number[old.device(slot)] >= 0) {
        device[i] = number[old.device(slot)];
        expert[i] = old.expert(slot);
        share[i++] = old.share(slot);
      }
    }
    return new LayerPlacement(device, expert, share);
  }

  /** Number in the set of each device of the stage; -1 where it is not in the set. */
  private int[] numbers(DeviceSet set, StagePlacement stage) {
    if (set != lastSet || stage != lastStage) {
      Map<String, Integer> number = new TreeMap<>();
      for (int d = 0; d < set.size(); d++) {
        number.put(set.members().get(d).device().id(), d);
      }
      lastNumbers =
          stage.deviceIds().stream().mapToInt(id -> number.getOrDefault(id, -1)).toArray();
      lastSet = set;
      lastStage = stage;
    }
    return lastNumbers;
  }
}
