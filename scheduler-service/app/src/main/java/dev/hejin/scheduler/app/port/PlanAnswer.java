package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.planner.PlanResult;

/**
 * Answer to a plan-only question.
 *
 * @param model that was planned
 * @param pool that it was planned on
 * @param result plan, or why there is none
 * @param revision of the state that was used
 * @param planningSeconds time that it took
 */
public record PlanAnswer(
    ModelSpec model, Pool pool, PlanResult result, long revision, double planningSeconds) {}
