package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole pipelines out of fractional ones, by diving: each shape as often as the linear program
 * says, rounded down; the program again for what is left; where it names less than one of each, the
 * shape of which it names most is taken once. Where no known shape fits what is left, new ones are
 * searched, a few times.
 */
final class PipelineRounding {
  private static final int SEARCHES = 3;
  private static final double WHOLE = 1e-6;

  /** Price of a device that costs nothing: of equal pipelines the one with fewer. */
  private static final double FREE = 1e-9;

  private final StageMenu menu;
  private final UpperBound bound;
  private final MixGoal goal;
  private final List<PipelineShape> shapes = new ArrayList<>();
  private final int[] left;
  private double sequences;
  private double demand;

  private PipelineRounding(StageMenu menu, int batchTokens, UpperBound bound, MixGoal goal) {
    this.menu = menu;
    this.bound = bound;
    this.goal = goal;
    this.left = menu.kinds().stream().mapToInt(DeviceKind::count).toArray();
    this.sequences = batchTokens;
    this.demand = goal.demand();
  }

  /** The pipelines, equal ones next to each other. */
  static List<PipelineShape> round(
      StageMenu menu, int batchTokens, UpperBound bound, MixGoal goal, PipelineMix mix) {
    PipelineRounding rounding = new PipelineRounding(menu, batchTokens, bound, goal);
    rounding.shapes.addAll(mix.shapes());
    return rounding.run(mix);
  }

  private List<PipelineShape> run(PipelineMix first) {
    List<PipelineShape> chosen = new ArrayList<>();
    PipelineMix mix = first;
    int searches = 0;
    while (true) {
      boolean any = false;
      for (int s = 0; s < mix.shapes().size(); s++) {
        int count = (int) Math.floor(mix.count()[s] + WHOLE);
        take(mix.shapes().get(s), count, chosen);
        any |= count > 0;
      }
      if (!any) {
        PipelineShape next = goal.hasDemand() ? covering(mix) : largest(mix);
        if (next == null && searches++ < SEARCHES && Arrays.stream(left).sum() > 0) {
          double missing = Math.max(1, sequences);
          mix = PipelineMix.search(menu, left, missing, bound, remaining(), 1);
          shapes.addAll(mix.shapes());
          continue;
        }
        if (next == null || demand <= 0) {
          return chosen;
        }
        take(next, 1, chosen);
      }
      shapes.removeIf(shape -> !fits(shape));
      if (!goal.servesAll()) {
        shapes.removeIf(shape -> shape.sequences() > sequences);
      }
      mix = PipelineMix.of(shapes, left, Math.max(1, sequences), remaining());
    }
  }

  private MixGoal remaining() {
    return goal.hasDemand() ? goal.withDemand(Math.max(0, demand)) : goal;
  }

  /** The shape that fits of which the mix has the largest part; null when none fits. */
  private @Nullable PipelineShape largest(PipelineMix mix) {
    PipelineShape best = null;
    double most = 0;
    for (int s = 0; s < mix.shapes().size(); s++) {
      double gain = mix.count()[s] * (1 + 1e-9 * mix.shapes().get(s).tokensPerSecond());
      if (gain > most && fits(mix.shapes().get(s))) {
        best = mix.shapes().get(s);
        most = gain;
      }
    }
    return best == null ? dearest() : best;
  }

  /** The cheapest single shape that gives all that is missing; else the largest of the mix. */
  private @Nullable PipelineShape covering(PipelineMix mix) {
    double[] price = new double[left.length];
    Arrays.setAll(price, kind -> goal.unit()[kind] + FREE);
    PipelineShape best =
        demand <= 0
            ? null
            : new PipelinePricing(
                    menu, new PipelineShape.Prices(price, 0), left, bound.tokensPerSecond(), goal)
                .cheapest(demand);
    for (PipelineShape shape : shapes) {
      if (shape.tokensPerSecond() >= demand
          && fits(shape)
          && (best == null || goal.units(shape) < goal.units(best))) {
        best = shape;
      }
    }
    return best == null ? largest(mix) : best;
  }

  private boolean fits(PipelineShape shape) {
    int[] devices = shape.devices(left.length);
    for (int kind = 0; kind < left.length; kind++) {
      if (devices[kind] > left[kind]) {
        return false;
      }
    }
    return true;
  }

  private void take(PipelineShape shape, int times, List<PipelineShape> chosen) {
    int[] devices = shape.devices(left.length);
    sequences -= times * shape.sequences();
    demand -= times * shape.tokensPerSecond();
    for (int i = 0; i < times; i++) {
      chosen.add(shape);
    }
    for (int kind = 0; kind < left.length; kind++) {
      left[kind] -= times * devices[kind];
    }
  }

  /** The shape that fits what is left and is worth most for the devices that it takes. */
  private @Nullable PipelineShape dearest() {
    PipelineShape best = null;
    double most = 0;
    for (PipelineShape shape : shapes) {
      int[] devices = shape.devices(left.length);
      double price = 0;
      for (int kind = 0; kind < left.length; kind++) {
        price += devices[kind] * bound.prices().device()[kind];
      }
      if (fits(shape) && shape.tokensPerSecond() / price > most) {
        most = shape.tokensPerSecond() / price;
        best = shape;
      }
    }
    return best;
  }
}
