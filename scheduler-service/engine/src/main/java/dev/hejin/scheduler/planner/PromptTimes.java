package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.LayerSpec;

/**
 * Seconds that reading prompts takes on stages that decode as well, one prompt for each device at a
 * time, or for each group of devices that divide layers between them. Each decoded token brings 1 /
 * output tokens of a prompt, so that a microbatch of t sequences waits for t / (devices x output
 * tokens) such passes in the mean.
 *
 * @param seconds of one pass, by layer
 * @param passesForEach passes for each decoded token
 */
record PromptTimes(double[] seconds, double passesForEach) {

  /** Times on a set of devices, experts balanced. */
  static PromptTimes of(PlanningContext context, DeviceSet set, Traffic traffic) {
    double tokens = (double) traffic.promptTokens() * set.size() / set.tensorParallel();
    StepCost step =
        StepCost.ofPrompts(context.model(), traffic.promptTokens())
            .withRedundancy(context.request().options().redundantExpertShare());
    StageCost cost = set.cost(step, set.shares(), tokens);
    double[] seconds = new double[context.layers()];
    LayerSpec before = null;
    for (LayerSpec layer : context.model().layers()) {
      int i = layer.index();
      boolean same =
          before != null
              && StageTable.alike(before, layer)
              && before.routedExperts() == layer.routedExperts();
      seconds[i] = same ? seconds[i - 1] : cost.layerSeconds(layer, experts(cost, layer, tokens));
      before = layer;
    }
    return new PromptTimes(
        seconds, (double) set.tensorParallel() / set.size() / traffic.outputTokens());
  }

  /** A prompt touches as many experts as even routing does. */
  private static double experts(StageCost cost, LayerSpec layer, double tokens) {
    if (!layer.isMoe()) {
      return 0;
    }
    double routed = tokens * layer.expertsPerToken() / layer.routedExperts();
    double touched = layer.routedExperts() * StepCost.touched(routed);
    return LayerClasses.expertSeconds(cost, layer, touched);
  }

  /** What reading adds to a microbatch of so many sequences for layers [from, to). */
  double addedSeconds(int from, int to, double tokens) {
    return passSeconds(from, to) * passesForEach * tokens;
  }

  /** One pass through layers [from, to). */
  double passSeconds(int from, int to) {
    double sum = 0;
    for (int layer = from; layer < to; layer++) {
      sum += seconds[layer];
    }
    return sum;
  }
}
