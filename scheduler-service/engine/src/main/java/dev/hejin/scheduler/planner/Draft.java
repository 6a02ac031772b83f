package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layout with every expert placed and exact numbers.
 *
 * @param layout it was built from
 * @param placement where everything lives
 * @param memory of each device, in placement order
 * @param prediction what it does
 */
record Draft(Layout layout, Placement placement, List<DeviceMemory> memory, Prediction prediction) {

  /**
   * Builds a layout; null when exact memory does not suffice.
   *
   * <p>With S stages and m = min(S, sequences) microbatches in flight, one token of every sequence
   * takes {@code max(m x slowest stage, sum of stages)}; with m = S the first is never the smaller.
   * Throughput is sequences / that time.
   *
   * @param bound tokens a second that no placement exceeds
   */
  static @Nullable Draft of(
      PlanningContext context, @Nullable InForce inForce, Layout layout, double bound) {
    int stages = layout.sets().size();
    List<BuiltStage> built = new ArrayList<>();
    int from = 0;
    for (int s = 0; s < stages; s++) {
      BuiltStage stage =
          StageBuilder.build(
              context,
              inForce,
              layout.sets().get(s),
              from,
              layout.ends()[s],
              context.microbatchTokens(stages));
      if (stage == null) {
        return null;
      }
      built.add(stage);
      from = layout.ends()[s];
    }
    List<DeviceMemory> memory = new ArrayList<>();
    built.forEach(stage -> memory.addAll(stage.memory()));
    return new Draft(
        layout,
        new Placement(built.stream().map(BuiltStage::placement).toList()),
        memory,
        prediction(context, layout, built, bound));
  }

  /** Layers divided over stages whose devices and order are given, as few moved as possible. */
  static @Nullable Draft divided(
      PlanningContext context, InForce inForce, List<DeviceSet> sets, double bound) {
    double tokens = context.microbatchTokens(sets.size());
    List<StageTable> tables =
        sets.stream().map(set -> new StageTable(context, set, tokens)).toList();
    LayerSplit.Split split =
        LayerSplit.of(
            tables, context.layers(), (stage, layer) -> inForce.moved(sets.get(stage), layer));
    return split == null ? null : of(context, inForce, new Layout(sets, split.ends(), 0), bound);
  }

  private static Prediction prediction(
      PlanningContext context, Layout layout, List<BuiltStage> built, double bound) {
    List<Double> seconds = built.stream().map(BuiltStage::seconds).toList();
    int slowest = 0;
    double sum = 0;
    for (int s = 0; s < seconds.size(); s++) {
      slowest = seconds.get(s) > seconds.get(slowest) ? s : slowest;
      sum += seconds.get(s);
    }
    double step = Math.max(context.microbatches(seconds.size()) * seconds.get(slowest), sum);
    double tokensPerSecond = context.batchTokens() / step;
    double balancedness =
        built.stream()
            .flatMap(stage -> stage.balancedness().stream())
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(1);
    return new Prediction(
        seconds,
        step,
        tokensPerSecond,
        bound,
        layout.pricePerHourUsd() / 3600 / tokensPerSecond * 1e6,
        balancedness,
        "stage " + slowest + ", " + built.get(slowest).bottleneck());
  }

  double score(PlanOptions.Objective objective) {
    return Layout.score(objective, prediction.tokensPerSecond(), layout.pricePerHourUsd());
  }
}
