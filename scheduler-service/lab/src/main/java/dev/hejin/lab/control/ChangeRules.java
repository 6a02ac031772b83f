package dev.hejin.lab.control;

import dev.hejin.lab.scenario.Control;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.plan.Payback;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.Optional;

/**
 * Whether a plan is worth changing to: it gains more than the threshold, pays within the horizon,
 * and loads no more than the budget allows; one that would load more is made anew within the
 * budget.
 */
final class ChangeRules {
  private final Planning planning;
  private final ModelSpec model;
  private final Control control;

  ChangeRules(Planning planning, ModelSpec model, Control control) {
    this.planning = planning;
    this.model = model;
    this.control = control;
  }

  /** The plan to change to; empty when the one in force stays. */
  Optional<Plan> worthwhile(PlanRequest request, Plan inForce, Plan next) {
    Placement old = inForce.placement();
    double now = Evaluation.of(request, old).tokensPerSecond();
    if (!gains(now, next)) {
      return Optional.empty();
    }
    Payback payback =
        Payback.of(
            new Payback.Terms(
                control.horizonSeconds(), control.loadGbPerSecond() * 1e9, control.disturbance()),
            now,
            next.prediction().tokensPerSecond(),
            inForce.prediction().stepSeconds(),
            planning.busiestDeviceBytes(old, next.placement()));
    if (!payback.isWorthwhile()) {
      return Optional.empty();
    }
    double budgetBytes = control.migrationGib() * (1L << 30);
    if (planning.estimate(old, next.placement()).loadBytes() <= budgetBytes) {
      return Optional.of(next);
    }
    Optional<Plan> within =
        new BudgetedChange(planning, model)
            .within(request, inForce, budgetBytes)
            .filter(plan -> gains(now, plan));
    within.ifPresent(plan -> planning.check(request.pool(), plan));
    return within;
  }

  private boolean gains(double now, Plan next) {
    return now < next.prediction().tokensPerSecond() * control.gainThreshold();
  }
}
