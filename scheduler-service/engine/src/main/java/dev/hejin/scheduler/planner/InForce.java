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
  private final boolean mends;

  private final Map<String, String> standInOf = new TreeMap<>();

  /** Answers of {@link #numbers} by stage: layers of a set are asked for in turn. */
  private final List<int[]> lastNumbers = new ArrayList<>();

  private @Nullable DeviceSet lastSet;

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

  /**
   * From now on devices count as those whose places they take.
   *
   * @param places lost device of each
   */
  void stand(Map<String, String> places) {
    places.forEach((standIn, lost) -> standInOf.put(lost, standIn));
    lastSet = null;
  }

  /** Devices take no other's place any more. */
  void standDown() {
    standInOf.clear();
    lastSet = null;
  }

  boolean mends() {
    return mends;
  }

  Placement placement() {
    return placement;
  }

  /** Of the set's devices, the share that does not hold the layer now: 0 to 1. */
  double moved(DeviceSet set, int layer) {
    int present = 0;
    for (int number : numbers(set, placement.stageOf(layer))) {
      present += number >= 0 ? 1 : 0;
    }
    return (double) (set.size() - present) / set.size();
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
    if (set != lastSet) {
      Map<String, Integer> number = new TreeMap<>();
      for (int d = 0; d < set.size(); d++) {
        number.put(set.members().get(d).device().id(), d);
      }
      lastNumbers.clear();
      for (StagePlacement each : placement.stages()) {
        int[] numbers = new int[each.deviceIds().size()];
        for (int d = 0; d < numbers.length; d++) {
          String id = each.deviceIds().get(d);
          numbers[d] = number.getOrDefault(standInOf.getOrDefault(id, id), -1);
        }
        lastNumbers.add(numbers);
      }
      lastSet = set;
    }
    int s = 0;
    while (placement.stages().get(s) != stage) {
      s++;
    }
    return lastNumbers.get(s);
  }
}
