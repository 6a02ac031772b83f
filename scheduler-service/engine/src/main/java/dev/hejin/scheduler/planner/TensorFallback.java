package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans that may divide attention and dense layers over devices of a node, but only where it is
 * needed: such plans cannot be deployed yet. So stages that hold their layers whole come first;
 * where none of these plans keeps the goal, tensor parallel ones are searched, and the plan says
 * why.
 */
public final class TensorFallback {
  /** Largest tensor parallel group that is tried. */
  public static final int MOST = 8;

  private TensorFallback() {}

  /**
   * The plan.
   *
   * @param request whose options allow no tensor parallel stages
   */
  public static ServicePlanner.Result plan(
      PlanRequest request, ServiceGoal goal, StepBudget budget) {
    ServicePlanner.Result whole = new ServicePlanner().plan(request, goal, budget);
    if (!(whole instanceof ServicePlanner.Result.Infeasible none)) {
      return whole;
    }
    PlanRequest divided = request.with(request.options().withMostTensorParallel(MOST));
    if (!(new ServicePlanner().plan(divided, goal, budget)
        instanceof ServicePlanner.Result.Feasible found)) {
      return whole;
    }
    ServicePlan plan = found.plan();
    List<Refusal> refusals = new ArrayList<>();
    refusals.add(new Refusal("stages that hold their layers whole", none.why().reason()));
    refusals.addAll(plan.refusals());
    return new ServicePlanner.Result.Feasible(plan.withRefusals(refusals));
  }
}
