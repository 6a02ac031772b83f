package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.Assumptions;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every part of one planning run reads.
 *
 * @param request what is asked
 * @param memory bytes
 * @param step seconds
 * @param load layers x experts, shares of the routed tokens
 * @param policy places experts
 * @param assumptions collects what was assumed
 * @param traffic whose prompts the stages read too; null: they decode only
 * @param budget of candidates
 */
record PlanningContext(
    PlanRequest request,
    MemoryModel memory,
    StepCost step,
    double[][] load,
    ExpertPolicy policy,
    Assumptions assumptions,
    @Nullable Traffic traffic,
    StepBudget budget) {

  static PlanningContext of(PlanRequest request) {
    ModelSpec model = request.model();
    if (request.load().layers() != model.layers().size()) {
      throw new IllegalArgumentException(
          "expert load has "
              + request.load().layers()
              + " layers, model '"
              + model.name()
              + "' has "
              + model.layers().size()
              + "\nMaybe the load was recorded from another model.");
    }
    double[][] load = new double[model.layers().size()][];
    for (int layer = 0; layer < load.length; layer++) {
      load[layer] = request.load().layer(layer);
      if (load[layer].length != model.layers().get(layer).routedExperts()) {
        throw new IllegalArgumentException(
            "expert load of layer "
                + layer
                + " has "
                + load[layer].length
                + " experts, the model "
                + model.layers().get(layer).routedExperts()
                + "\nMaybe the load was recorded from another model.");
      }
    }
    return new PlanningContext(
        request,
        new MemoryModel(model, request.workload()),
        step(request, null),
        load,
        Policies.byName(request.options().policy()),
        new Assumptions(),
        null,
        StepBudget.unlimited());
  }

  /** The same with other traffic, starting from nothing in force. */
  PlanningContext withWorkload(Workload workload) {
    PlanRequest other =
        new PlanRequest(
            request.model(), request.pool(), workload, request.load(), request.options(), null);
    return new PlanningContext(
        other,
        new MemoryModel(request.model(), workload),
        step(other, traffic),
        load,
        policy,
        assumptions,
        traffic,
        budget);
  }

  /** The same whose stages read the prompts of this traffic too. */
  PlanningContext with(@Nullable Traffic prompts, StepBudget steps) {
    return new PlanningContext(
        request, memory, step(request, prompts), load, policy, assumptions, prompts, steps);
  }

  private static StepCost step(PlanRequest request, @Nullable Traffic traffic) {
    StepCost step =
        new StepCost(request.model(), request.workload())
            .withRedundancy(request.options().redundantExpertShare());
    return traffic == null ? step : step.between(traffic.promptTokens(), traffic.outputTokens());
  }

  /** The same on other devices. */
  PlanningContext on(Pool pool) {
    return new PlanningContext(
        request.anewOn(pool), memory, step, load, policy, assumptions, traffic, budget);
  }

  /** The same for stages that read prompts and decode nothing. */
  PlanningContext ofPrompts(Traffic prompts, int tokensInFlight) {
    PlanningContext other = withWorkload(new Workload(tokensInFlight, 1));
    return new PlanningContext(
        withoutPairs(other.request),
        other.memory,
        StepCost.ofPrompts(model(), prompts.promptTokens())
            .withRedundancy(request.options().redundantExpertShare()),
        load,
        policy,
        assumptions,
        null,
        budget);
  }

  /**
   * Whether stages of two kinds of devices are searched: divided ones, or such as span libraries.
   */
  boolean hasPairs() {
    return request.options().expertsApart() || !request.pool().bridges().isEmpty();
  }

  /** The same with stages of one kind of device only. */
  PlanningContext withoutPairs() {
    return new PlanningContext(
        withoutPairs(request), memory, step, load, policy, assumptions, traffic, budget);
  }

  private static PlanRequest withoutPairs(PlanRequest request) {
    return request
        .anewOn(request.pool().withBridges(List.of()))
        .with(request.options().withExpertsApart(false));
  }

  /** Like this one for other sequences in flight of the same kind. */
  PlanningContext withSequences(int sequences) {
    PlanningContext other =
        withWorkload(new Workload(sequences, request.workload().contextTokens()));
    return new PlanningContext(
        other.request, other.memory, step, load, policy, assumptions, traffic, budget);
  }

  ModelSpec model() {
    return request.model();
  }

  int layers() {
    return load.length;
  }

  int batchTokens() {
    return request.workload().batchTokens();
  }

  /** Microbatches in flight: one for each stage, as far as there are sequences. */
  int microbatches(int stages) {
    return Math.min(stages, batchTokens());
  }

  double microbatchTokens(int stages) {
    return (double) batchTokens() / microbatches(stages);
  }

  /** Bytes that each device keeps free for migrations when experts have this format. */
  long headroomBytes(DeviceSet set) {
    return request.options().headroomExperts() * memory.largestExpertBytes(set.expertPrecision());
  }
}
