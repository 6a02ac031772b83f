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

  static UpperBound of(
      PlanningContext context, Inventory inventory, List<DeviceKind> kinds, int rounds) {
    LayerClasses classes = new LayerClasses(context.model().layers(), context.load());
    PipelineBound.Bound pipelines = PipelineBound.of(context, kinds, classes, rounds);
    double perfect =
        ThroughputBound.tokensPerSecond(
            context.model(), context.request().workload(), context.load(), inventory.forBound());
    boolean best = kinds.stream().allMatch(UpperBound::hasBestFormatFirst);
    return new UpperBound(
        best ? Math.min(perfect, pipelines.tokensPerSecond()) : perfect, pipelines.prices());
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
