package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Places a model on a pool as one pipeline or several that share the traffic: on a large pool one
 * pipeline over all devices would spend its time on exchanges.
 *
 * <p>Method, in steps:
 *
 * <ol>
 *   <li>{@link PipelineBound}: what no layout exceeds, and what a device and a sequence are worth.
 *   <li>{@link FleetPlanner}: pipelines by kinds of devices, in fractions, then whole ones, then on
 *       devices; equal pipelines are built once.
 *   <li>On pools of at most {@value #ALONE} devices the best single pipeline of {@link Planner} is
 *       built too; the better stays.
 * </ol>
 *
 * <p>Other goals than throughput for all sequences go to {@link GoalPlanner}.
 *
 * <p>Effort is bounded by numbers of rounds and by a {@link StepBudget}, never by a clock.
 */
public final class ServicePlanner {
  /** Largest pool on which one pipeline over all of it is searched too. */
  public static final int ALONE = 256;

  static final int BOUND_ROUNDS = 400;
  static final int MIX_ROUNDS = 6;

  /**
   * Built with all sequences shared out, pipelines are this much better than estimates, at most.
   */
  private static final double HOPE = 1.1;

  /** A plan, or why there is none. */
  public sealed interface Result {
    /** A plan whose pipelines passed the verifier. */
    record Feasible(ServicePlan plan) implements Result {}

    /** No layout fits. */
    record Infeasible(PlanResult.Infeasible why) implements Result {}
  }

  /**
   * The plan of most throughput, or why there is none.
   *
   * @param request its placement in force is not read
   * @throws IllegalArgumentException when the load is of another model, or the policy is not known
   */
  public Result plan(PlanRequest request) {
    return plan(request, ServiceGoal.DEFAULT, StepBudget.unlimited());
  }

  /**
   * The best plan for a goal, or why there is none and what comes nearest. Where the goal has
   * limits or a demand, the workload's sequences are the most that are decoded at once.
   *
   * @param budget of candidates; when it is spent, the best plan found so far is the answer
   */
  public Result plan(PlanRequest request, ServiceGoal goal, StepBudget budget) {
    if (!goal.isPlain()) {
      return new GoalPlanner(request, goal, budget).plan();
    }
    PlanningContext context = PlanningContext.of(request).with(null, budget);
    Inventory inventory = Inventory.of(request, context.assumptions());
    if (inventory.groups().isEmpty()) {
      return new Result.Infeasible(
          (PlanResult.Infeasible)
              Shortfall.explain(context, inventory, new ArrayList<>(inventory.refusals())));
    }
    List<DeviceKind> kinds = DeviceKind.of(inventory);
    UpperBound bound = UpperBound.of(context, inventory, kinds, BOUND_ROUNDS);
    return plan(context, inventory, kinds, bound);
  }

  /** The same where bound and prices are known. */
  Result plan(
      PlanningContext context, Inventory inventory, List<DeviceKind> kinds, UpperBound bound) {
    PlanRequest request = context.request();
    double most = bound.tokensPerSecond();
    ServicePlan alone = null;
    PlanResult.Infeasible none = null;
    if (request.pool().devices().size() <= ALONE) {
      switch (new Planner().plan(request.anewOn(request.pool()), bound)) {
        case PlanResult.Feasible feasible -> {
          alone = alone(request, feasible.plan(), most);
          List<Refusal> refusals = new ArrayList<>(alone.refusals());
          refusals.addAll(StagePairs.unbridged(context, inventory));
          alone = alone.withRefusals(refusals);
        }
        case PlanResult.Infeasible infeasible -> none = withBridges(infeasible, context, inventory);
      }
    }
    ServicePlan best = alone;
    MixGoal goal = MixGoal.throughput(kinds.size());
    for (FleetPlanner fleet :
        FleetPlanner.all(context, inventory, kinds, bound, Double.POSITIVE_INFINITY)) {
      boolean hopeful =
          best == null
              || FleetPlanner.tokensPerSecond(fleet.shapes(goal)) * HOPE > best.tokensPerSecond();
      List<Pipeline> pipelines = hopeful ? fleet.plan(goal, Pipeline.Role.ALL) : null;
      if (pipelines != null) {
        ServicePlan several =
            ServiceAssembly.of(
                context, inventory, pipelines, most, "too few are left for one more pipeline");
        if (best == null || several.tokensPerSecond() > best.tokensPerSecond()) {
          best = several;
        }
      }
    }
    if (best != null) {
      return new Result.Feasible(best);
    }
    if (none != null) {
      return new Result.Infeasible(none);
    }
    return switch (new Planner().plan(request.anewOn(request.pool()), bound)) {
      case PlanResult.Feasible feasible ->
          new Result.Feasible(alone(request, feasible.plan(), most));
      case PlanResult.Infeasible infeasible ->
          new Result.Infeasible(withBridges(infeasible, context, inventory));
    };
  }

  /**
   * A plan that goes on from the one in force after devices went away: only pipelines that lost
   * devices change. Where that is not possible, a new plan.
   *
   * @param request with the pool as it is now; model, workload and load as of the plan in force
   * @param inForce what runs now; its bound stays valid, as fewer devices do no more
   */
  public Result replan(PlanRequest request, ServicePlan inForce) {
    PlanningContext context = PlanningContext.of(request);
    Inventory inventory = Inventory.of(request, context.assumptions());
    ServicePlan repaired =
        inventory.groups().isEmpty()
            ? null
            : ServiceRepair.of(context, inventory, inForce, inForce.boundTokensPerSecond());
    return repaired == null ? plan(request) : new Result.Feasible(repaired);
  }

  /**
   * The same for a goal: pipelines that lost nothing stay where the repaired plan keeps demand and
   * limits; else, and where pipelines have one role each, a new plan.
   *
   * @param goal that the plan in force was made for
   */
  public Result replan(
      PlanRequest request, ServicePlan inForce, ServiceGoal goal, StepBudget budget) {
    if (goal.isPlain()) {
      return replan(request, inForce);
    }
    ServicePlan repaired = new GoalPlanner(request, goal, budget).repaired(inForce);
    return repaired == null ? plan(request, goal, budget) : new Result.Feasible(repaired);
  }

  /** A plan of one pipeline as a service. */
  public static ServicePlan service(PlanRequest request, Plan plan) {
    return alone(request, plan, plan.prediction().boundTokensPerSecond());
  }

  /** The same, with the libraries that no stage may span. */
  private static PlanResult.Infeasible withBridges(
      PlanResult.Infeasible none, PlanningContext context, Inventory inventory) {
    List<Refusal> refusals = new ArrayList<>(none.refusals());
    refusals.addAll(StagePairs.allUnbridged(context, inventory));
    return new PlanResult.Infeasible(
        none.reason(), none.missingBytes(), none.suggestion(), refusals);
  }

  private static ServicePlan alone(PlanRequest request, Plan plan, double most) {
    Workload workload = request.workload();
    return new ServicePlan(
        List.of(new Pipeline(workload, 1, plan)),
        plan.prediction().tokensPerSecond(),
        plan.prediction().stepSeconds(),
        Math.min(most, plan.prediction().boundTokensPerSecond()),
        plan.prediction().costPerMillionTokensUsd(),
        plan.refusals(),
        plan.assumptions());
  }
}
