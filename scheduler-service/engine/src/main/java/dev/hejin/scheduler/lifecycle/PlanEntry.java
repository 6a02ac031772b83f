package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.plan.Plan;

/**
 * A plan and the expert load that it was made for.
 *
 * @param plan the plan
 * @param load the load
 */
public record PlanEntry(Plan plan, ExpertLoad load) {
  public PlanEntry {
    requireNonNull(plan, "plan");
    requireNonNull(load, "load");
  }
}
