package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.model.LayerSpec;
import org.jspecify.annotations.Nullable;

/**
 * Into how many parts a microbatch is cut that goes back and forth between attention and experts:
 * as many as take least for the model's first layer with experts, balanced.
 */
final class Parts {
  /** More bring little: with a way of half of each side's time, three keep both busy. */
  static final int MOST = 4;

  private Parts() {}

  /** The cost with the best number of parts. */
  static ApartCost best(PlanningContext context, DeviceSet set, double[] shares, double tokens) {
    LayerSpec layer = first(context);
    ApartCost best = set.apartCost(context.step(), shares, tokens, 1);
    if (layer == null) {
      return best;
    }
    double least = seconds(context, best, layer);
    for (int parts = 2; parts <= Math.min(MOST, tokens); parts++) {
      ApartCost cost = set.apartCost(context.step(), shares, tokens, parts);
      double seconds = seconds(context, cost, layer);
      if (seconds < least) {
        least = seconds;
        best = cost;
      }
    }
    return best;
  }

  private static double seconds(PlanningContext context, ApartCost cost, LayerSpec layer) {
    double[] load = context.load()[layer.index()];
    return cost.layerSeconds(layer, cost.experts().balancedExpertSeconds(layer, load));
  }

  private static @Nullable LayerSpec first(PlanningContext context) {
    for (LayerSpec layer : context.model().layers()) {
      if (layer.isMoe()) {
        return layer;
      }
    }
    return null;
  }
}
