package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Refusal;
import java.util.List;

/** What the planner answers: a plan, or why there is none. */
public sealed interface PlanResult {

  /** A plan that passed the verifier. */
  record Feasible(Plan plan) implements PlanResult {
    public Feasible {
      requireNonNull(plan, "plan");
    }
  }

  /**
   * No layout fits.
   *
   * @param reason in words: what is missing and by how much
   * @param missingBytes memory that the best layout lacks; 0 when memory is not the cause
   * @param suggestion on which chips, or with which change, it would fit
   * @param refusals devices and layouts that were tried
   */
  record Infeasible(String reason, long missingBytes, String suggestion, List<Refusal> refusals)
      implements PlanResult {
    public Infeasible {
      requireNonNull(reason, "reason");
      requireNonNull(suggestion, "suggestion");
      refusals = List.copyOf(refusals);
    }
  }
}
