package dev.hejin.scheduler.app.port;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.planner.ServiceGoal;
import java.util.function.UnaryOperator;

/**
 * A service of one pipeline or several that is to be created.
 *
 * @param spec of the service: its name, the workload of all pipelines
 * @param goal what its plan is to be best at, and what it must keep
 * @param completed adds what the catalogue knows of a pool and plans in force do not use
 */
public record ServiceWish(DeploymentSpec spec, ServiceGoal goal, UnaryOperator<Pool> completed) {
  public ServiceWish {
    requireNonNull(spec, "spec");
    requireNonNull(goal, "goal");
    requireNonNull(completed, "completed");
  }
}
