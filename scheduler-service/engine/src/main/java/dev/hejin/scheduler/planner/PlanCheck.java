package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A light check of the planner's own work; a failure is a defect of the planner or a policy. */
final class PlanCheck {
  private static final double EXACT = 1e-6;

  private PlanCheck() {}

  /**
   * @throws IllegalStateException when a layer or expert is missing or twice on a device, shares do
   *     not sum to 1, or a device is over its memory
   */
  static void check(ModelSpec model, Draft draft) {
    check(model, draft.placement(), draft.memory());
  }

  /** The same of a placement and its devices' memory. */
  static void check(ModelSpec model, Placement placement, List<DeviceMemory> memories) {
    require(placement.layers() == model.layers().size(), () -> "layers are missing");
    TreeSet<String> seen = new TreeSet<>();
    for (StagePlacement stage : placement.stages()) {
      for (String device : stage.deviceIds()) {
        require(seen.add(device), () -> "device " + device + " is in two places");
      }
      double shares = 0;
      for (double share : stage.tokenShares()) {
        shares += share;
      }
      double sum = shares;
      require(Math.abs(sum - 1) < EXACT, () -> "token shares sum to " + sum);
      int before = stage.isApart() ? stage.attentionDevices() : 0;
      for (int d = stage.attentionDevices(); d < stage.deviceIds().size(); d++) {
        String device = stage.deviceIds().get(d);
        require(
            stage.tokenShares().get(d) == 0,
            () -> "device " + device + " holds experts only and has tokens");
      }
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        LayerPlacement slots = stage.layer(layer);
        int at = layer;
        require(
            slots.slots() == 0 || slots.device(0) >= before,
            () -> "layer " + at + ": an expert is where attention is");
        check(model.layers().get(layer), slots, stage.deviceIds().size());
      }
    }
    for (DeviceMemory memory : memories) {
      require(
          memory.usedBytes() + memory.headroomBytes() <= memory.capacityBytes(),
          () -> "device " + memory.deviceId() + " is over its memory: " + memory);
    }
  }

  private static void check(LayerSpec layer, LayerPlacement placement, int devices) {
    double[] sum = new double[layer.routedExperts()];
    for (int slot = 0; slot < placement.slots(); slot++) {
      boolean twice =
          slot > 0
              && placement.device(slot) == placement.device(slot - 1)
              && placement.expert(slot) == placement.expert(slot - 1);
      require(!twice, () -> "layer " + layer.index() + ": an expert is twice on a device");
      require(
          placement.device(slot) < devices, () -> "layer " + layer.index() + ": no such device");
      sum[placement.expert(slot)] += placement.share(slot);
    }
    for (int e = 0; e < sum.length; e++) {
      int expert = e;
      require(
          Math.abs(sum[e] - 1) < EXACT,
          () ->
              "layer " + layer.index() + ": shares of expert " + expert + " sum to " + sum[expert]);
    }
  }

  /** Texts are made only for what is wrong: a plan has many thousands of slots. */
  private static void require(boolean holds, Supplier<String> failure) {
    if (!holds) {
      throw new IllegalStateException(
          "plan is not valid: " + failure.get() + "\nMaybe the expert policy is at fault.");
    }
  }
}
