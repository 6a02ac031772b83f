package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places the experts of a stage's layers on its devices. Each layer gets an even part of the room
 * that is left on each device, so slots differ between devices with their memory, and the policy
 * uses as many as their speed deserves.
 */
final class ExpertFill {
  private final PlanningContext context;
  private final @Nullable InForce inForce;
  private final DeviceSet set;
  private final StageCost cost;
  private final long[] room;
  private final double microbatchTokens;

  /**
   * @param cost of the devices for what they work on at a time
   * @param room for experts on each device; what is placed is taken off it
   * @param microbatchTokens that they work on at a time
   */
  ExpertFill(
      PlanningContext context,
      @Nullable InForce inForce,
      DeviceSet set,
      StageCost cost,
      long[] room,
      double microbatchTokens) {
    this.context = context;
    this.inForce = inForce;
    this.set = set;
    this.cost = cost;
    this.room = room;
    this.microbatchTokens = microbatchTokens;
  }

  /** One placement for each layer; null when they do not fit. */
  @Nullable List<LayerPlacement> placements(List<LayerSpec> layers) {
    List<LayerPlacement> placements = new ArrayList<>();
    int left = (int) layers.stream().filter(LayerSpec::isMoe).count();
    for (LayerSpec layer : layers) {
      if (!layer.isMoe()) {
        placements.add(LayerPlacement.NONE);
        continue;
      }
      LayerPlacement placement = place(layer, left--);
      if (placement == null) {
        return null;
      }
      long bytes = context.memory().expertBytes(layer, set.expertPrecision());
      for (int slot = 0; slot < placement.slots(); slot++) {
        room[placement.device(slot)] -= bytes;
      }
      placements.add(placement);
    }
    return placements;
  }

  private @Nullable LayerPlacement place(LayerSpec layer, int left) {
    long bytes = context.memory().expertBytes(layer, set.expertPrecision());
    int experts = layer.routedExperts();
    int wanted =
        experts + (int) Math.floor(experts * context.request().options().redundantExpertShare());
    long slack = bytes * set.size();
    double affordable = (double) (Arrays.stream(room).sum() - slack) / left / bytes;
    int replicas = Math.max(experts, (int) Math.min(wanted, Math.floor(affordable)));
    int[] slots = slots(bytes, left, experts, replicas);
    if (Arrays.stream(slots).sum() < experts) {
      return null;
    }
    double touched = cost.touched(layer, context.load()[layer.index()]);
    double[] fixed = cost.expertReadSeconds(layer);
    for (int d = 0; d < fixed.length; d++) {
      fixed[d] *= touched;
    }
    LayerPlacement previous = inForce == null ? null : inForce.layer(set, layer.index());
    LayerProblem problem =
        new LayerProblem(
            context.load()[layer.index()],
            cost.routedTokens(layer),
            fixed,
            cost.expertTokenSeconds(layer),
            slots,
            replicas,
            previous,
            context.request().options().seed(),
            set.nodes(),
            layer.expertGroups(),
            context.step().clumping(microbatchTokens));
    if (inForce == null || !inForce.mends() || previous == null) {
      return context.policy().place(problem);
    }
    int before = inForce.placement().stageOf(layer.index()).layer(layer.index()).slots();
    return context.policy().mend(problem, before - previous.slots());
  }

  /** Even part of each device's room; where that rounds to too few, the fullest parts round up. */
  private int[] slots(long bytes, int left, int experts, int replicas) {
    int[] slots = new int[room.length];
    int sum = 0;
    for (int d = 0; d < slots.length; d++) {
      slots[d] = (int) Math.min(experts, room[d] / left / bytes);
      sum += slots[d];
    }
    while (sum < replicas) {
      int best = -1;
      double bestRest = Double.NEGATIVE_INFINITY;
      for (int d = 0; d < slots.length; d++) {
        double rest = (double) room[d] / left / bytes - slots[d];
        if (slots[d] < experts && (slots[d] + 1) * bytes <= room[d] && rest > bestRest) {
          best = d;
          bestRest = rest;
        }
      }
      if (best < 0) {
        break;
      }
      slots[best]++;
      sum++;
    }
    return slots;
  }
}
