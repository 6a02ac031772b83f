package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a plan depends on.
 *
 * @param model what to place
 * @param pool devices that may be used, with observed speed factors
 * @param workload traffic to plan for
 * @param load expected spread over experts
 * @param options limits and preferences
 * @param placementInForce what is loaded now, or null: a new plan keeps as much of it as it can
 */
public record PlanRequest(
    ModelSpec model,
    Pool pool,
    Workload workload,
    ExpertLoad load,
    PlanOptions options,
    @Nullable Placement placementInForce) {
  public PlanRequest {
    requireNonNull(model, "model");
    requireNonNull(pool, "pool");
    requireNonNull(workload, "workload");
    requireNonNull(load, "load");
    requireNonNull(options, "options");
  }

  /** The same on another pool, with nothing in force. */
  public PlanRequest anewOn(Pool other) {
    return new PlanRequest(model, other, workload, load, options, null);
  }

  /** The same with other options. */
  public PlanRequest with(PlanOptions other) {
    return new PlanRequest(model, pool, workload, load, other, placementInForce);
  }

  public Optional<Placement> inForce() {
    return Optional.ofNullable(placementInForce);
  }
}
