package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.ThroughputBound;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.List;

/**
 * The least of what is proved: {@link PipelineBound}, and {@link ThroughputBound}, which knows
 * nothing of exchanges but counts each device at its own speed.
 *
 * @param tokensPerSecond that no layout exceeds
 * @param prices of devices and sequences, from the pipeline bound
 */
record UpperBound(double tokensPerSecond, Prices prices) {
  private static final int PASSES = 4;
  private static final double NEARLY = 0.98;

  static UpperBound of(
      PlanningContext context, Inventory inventory, List<DeviceKind> kinds, int rounds) {
    return of(context, inventory, kinds, rounds, Double.POSITIVE_INFINITY);
  }

  /**
   * The bound under a limit of the time between two tokens. A plan of R tokens a second has at most
   * R x limit sequences in flight (Little's law); so a bound of R gives one of sequences, which
   * gives a lower one of R.
   */
  static UpperBound of(
      PlanningContext context,
      Inventory inventory,
      List<DeviceKind> kinds,
      int rounds,
      double mostStepSeconds) {
    LayerClasses classes = new LayerClasses(context.model().layers(), context.load());
    double sequences = context.batchTokens();
    PipelineBound.Bound pipelines = PipelineBound.of(context, kinds, classes, sequences, rounds);
    for (int pass = 0; pass < PASSES; pass++) {
      double fewer = Math.max(1, mostStepSeconds * pipelines.tokensPerSecond());
      if (fewer >= sequences * NEARLY) {
        break;
      }
      sequences = fewer;
      pipelines = PipelineBound.of(context, kinds, classes, sequences, rounds);
    }
    double perfect =
        ThroughputBound.tokensPerSecond(
            context.model(), context.request().workload(), context.load(), inventory.forBound());
    boolean best = kinds.stream().allMatch(UpperBound::hasBestFormatFirst);
    return new UpperBound(
        best ? Math.min(perfect, pipelines.tokensPerSecond()) : perfect, pipelines.prices());
  }

  /** The same for pipelines that read prompts. */
  static UpperBound ofPrompts(PlanningContext context, List<DeviceKind> kinds, int rounds) {
    LayerClasses classes = new LayerClasses(context.model().layers(), context.load());
    PipelineBound.Bound bound =
        PipelineBound.of(context, kinds, classes, context.batchTokens(), rounds);
    return new UpperBound(bound.tokensPerSecond(), bound.prices());
  }

  /** The bound as kinds of a part of the pool see it; types that it lacks are left out. */
  UpperBound on(List<DeviceKind> whole, List<DeviceKind> part) {
    double[] device = new double[part.size()];
    for (DeviceKind kind : part) {
      for (DeviceKind other : whole) {
        if (other.group().type().equals(kind.group().type())) {
          device[kind.index()] = prices.device()[other.index()];
        }
      }
    }
    return new UpperBound(tokensPerSecond, new Prices(device, prices.sequence()));
  }

  /** The pipeline bound knows the format that plans choose; no other may be faster. */
  private static boolean hasBestFormatFirst(DeviceKind kind) {
    DeviceRates rates = kind.fastest().rates();
    return isBest(rates, kind.group().precisions())
        && isBest(rates, kind.group().expertPrecisions());
  }

  private static boolean isBest(DeviceRates rates, List<Precision> formats) {
    Precision first = formats.getFirst();
    return formats.stream()
        .allMatch(
            other ->
                other.bits() >= first.bits()
                    && rates.opsPerSecond(other) <= rates.opsPerSecond(first));
  }
}
