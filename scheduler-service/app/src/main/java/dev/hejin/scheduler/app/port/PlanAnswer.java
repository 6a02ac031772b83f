package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Explanation;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanResult;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a plan-only question.
 *
 * @param model that was planned
 * @param pool that it was planned on
 * @param result plan, or why there is none; null when there are several pipelines
 * @param service the plan as pipelines, when that was asked for and one fits
 * @param explanation of the service, when that was asked for
 * @param revision of the state that was used
 * @param planningSeconds time that it took
 */
public record PlanAnswer(
    ModelSpec model,
    Pool pool,
    @Nullable PlanResult result,
    @Nullable ServicePlan service,
    @Nullable Explanation explanation,
    long revision,
    double planningSeconds) {}
