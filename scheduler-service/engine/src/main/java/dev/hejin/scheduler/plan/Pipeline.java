package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Workload;

/**
 * One whole copy of the model on devices of its own.
 *
 * @param workload sequences that it decodes at once, of how many tokens
 * @param trafficShare share of the service's tokens, and so of its new sequences, that it takes
 * @param plan its stages, as of a service with one pipeline
 */
public record Pipeline(Workload workload, double trafficShare, Plan plan) {
  public Pipeline {
    requireNonNull(workload, "workload");
    requireNonNull(plan, "plan");
  }
}
