package dev.hejin.scheduler.plan;

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
 */
public record ServicePlan(
    List<Pipeline> pipelines,
    double tokensPerSecond,
    double stepSeconds,
    double boundTokensPerSecond,
    double costPerMillionTokensUsd,
    List<Refusal> refusals,
    List<String> assumptions) {
  public ServicePlan {
    pipelines = List.copyOf(pipelines);
    refusals = List.copyOf(refusals);
    assumptions = List.copyOf(assumptions);
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
