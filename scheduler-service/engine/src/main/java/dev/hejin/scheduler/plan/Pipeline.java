package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;

/**
 * One whole copy of the model on devices of its own.
 *
 * @param workload sequences that it decodes at once, of how many tokens
 * @param trafficShare share of the service's tokens, and so of its new sequences, that it takes
 * @param plan its stages, as of a service with one pipeline; of a pipeline that reads prompts the
 *     workload and the prediction count prompt tokens in flight and prompt tokens a second
 * @param role what it does for a request
 */
public record Pipeline(Workload workload, double trafficShare, Plan plan, Role role) {

  /** What a pipeline does for a request. */
  public enum Role {
    /** All of it. */
    ALL,
    /** Reads prompts and hands their cache over. */
    PREFILL,
    /** Decodes what others have read. */
    DECODE
  }

  /** A pipeline that does all. */
  public Pipeline(Workload workload, double trafficShare, Plan plan) {
    this(workload, trafficShare, plan, Role.ALL);
  }

  /** Whether devices of a stage divide attention and dense layers; agents load no such shards. */
  public boolean isTensorParallel() {
    return plan.placement().stages().stream().anyMatch(stage -> stage.tensorParallel() > 1);
  }

  /** Whether a stage has attention and experts on different devices; agents load no such shards. */
  public boolean isApart() {
    return plan.placement().stages().stream().anyMatch(StagePlacement::isApart);
  }

  /** Whether it decodes. */
  public boolean decodes() {
    return role != Role.PREFILL;
  }

  public Pipeline {
    requireNonNull(role, "role");
    requireNonNull(workload, "workload");
    requireNonNull(plan, "plan");
  }
}
