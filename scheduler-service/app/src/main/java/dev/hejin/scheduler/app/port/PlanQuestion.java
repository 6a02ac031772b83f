package dev.hejin.scheduler.app.port;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.planner.ServiceGoal;
import java.util.function.UnaryOperator;

/**
 * How to answer a plan-only question.
 *
 * @param severalPipelines whether layouts of several pipelines are searched too
 * @param explain whether the answer says what binds and what the alternatives are
 * @param goal of several pipelines
 * @param mostTensorParallel most devices that may divide layers between them; 0: as many as needed,
 *     where no plan without keeps the goal
 * @param expertsApart whether stages are searched too whose attention and experts lie on different
 *     devices
 * @param completed adds what the catalogue knows of a pool and plans in force do not use
 */
public record PlanQuestion(
    boolean severalPipelines,
    boolean explain,
    ServiceGoal goal,
    int mostTensorParallel,
    boolean expertsApart,
    UnaryOperator<Pool> completed) {
  public PlanQuestion {
    requireNonNull(goal, "goal");
    requireNonNull(completed, "completed");
  }
}
