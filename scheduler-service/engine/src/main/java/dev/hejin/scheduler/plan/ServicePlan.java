package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A model on a pool as one or several pipelines, each a whole copy of the model on devices of its
 * own, that share the traffic.
 *
 * @param pipelines fastest first; together they decode all sequences of the workload
 * @param tokensPerSecond of all pipelines
 * @param stepSeconds longest time between two tokens of a sequence
 * @param boundTokensPerSecond what no layout on these devices could exceed under this cost model
 * @param costPerMillionTokensUsd NaN when a device's price is unknown
 * @param refusals devices and layouts not taken, each with its reason
 * @param assumptions figures that nobody knows and what was assumed for them
 * @param outcome what else is predicted, and how good the plan is by its own objective
 */
public record ServicePlan(
    List<Pipeline> pipelines,
    double tokensPerSecond,
    double stepSeconds,
    double boundTokensPerSecond,
    double costPerMillionTokensUsd,
    List<Refusal> refusals,
    List<String> assumptions,
    Outcome outcome) {

  /**
   * What else a plan does.
   *
   * @param firstTokenSeconds mean time to the first token; NaN when the traffic is not known
   * @param joulesPerToken by design power of all devices; NaN when a device's is unknown
   * @param objective what was made best, in words
   * @param value of the plan in it
   * @param bound of any plan: at most this for throughput, at least this for costs
   */
  public record Outcome(
      double firstTokenSeconds,
      double joulesPerToken,
      String objective,
      double value,
      double bound) {

    /** How far the plan may be from the best, 0 to 1. */
    public double gap() {
      return value > bound ? 1 - bound / value : 1 - value / bound;
    }
  }

  /** A plan for throughput. */
  public ServicePlan(
      List<Pipeline> pipelines,
      double tokensPerSecond,
      double stepSeconds,
      double boundTokensPerSecond,
      double costPerMillionTokensUsd,
      List<Refusal> refusals,
      List<String> assumptions) {
    this(
        pipelines,
        tokensPerSecond,
        stepSeconds,
        boundTokensPerSecond,
        costPerMillionTokensUsd,
        refusals,
        assumptions,
        new Outcome(Double.NaN, Double.NaN, "tokens/s", tokensPerSecond, boundTokensPerSecond));
  }

  public ServicePlan {
    pipelines = List.copyOf(pipelines);
    refusals = List.copyOf(refusals);
    assumptions = List.copyOf(assumptions);
    requireNonNull(outcome, "outcome");
  }

  /** The same with other refusals. */
  public ServicePlan withRefusals(List<Refusal> other) {
    return new ServicePlan(
        pipelines,
        tokensPerSecond,
        stepSeconds,
        boundTokensPerSecond,
        costPerMillionTokensUsd,
        other,
        assumptions,
        outcome);
  }

  /** How far the plan may be from the best, 0 to 1: 1 - throughput / bound. */
  public double gap() {
    return 1 - tokensPerSecond / boundTokensPerSecond;
  }

  public int devices() {
    return pipelines.stream()
        .flatMap(pipeline -> pipeline.plan().placement().stages().stream())
        .mapToInt(stage -> stage.deviceIds().size())
        .sum();
  }
}
