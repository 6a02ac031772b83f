package dev.hejin.scheduler.app.port;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.planner.ServiceGoal;

/**
 * One of several services that are planned on one pool.
 *
 * @param spec its name, model and workload
 * @param goal what its plan is to be best at, and what it must keep
 * @param priority higher ones go first
 */
public record SharedService(DeploymentSpec spec, ServiceGoal goal, int priority) {
  public SharedService {
    requireNonNull(spec, "spec");
    requireNonNull(goal, "goal");
  }
}
