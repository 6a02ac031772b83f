package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says why no plan keeps demand and limits, which plan comes nearest, and what is missing. */
final class NearestGoal {
  private static final double[] LOOSER = {1.1, 1.25, 1.5, 2, 3, 5, 10, 30};

  private static final ServiceGoal TOGETHER = ServiceGoal.DEFAULT;

  private NearestGoal() {}

  static PlanResult.Infeasible explain(
      PlanningContext context,
      ServiceGoal goal,
      UpperBound bound,
      List<DeviceKind> kinds,
      List<Refusal> refusals) {
    if (goal.demandTokensPerSecond() > 0) {
      ServicePlan most = plan(context, goal.withObjective(ServiceGoal.Objective.THROUGHPUT));
      if (most != null) {
        return demand(goal, most, bound, kinds, refusals);
      }
    }
    if (goal.isLimited()) {
      for (double factor : LOOSER) {
        ServiceGoal looser =
            new ServiceGoal(
                ServiceGoal.Objective.THROUGHPUT,
                0,
                goal.mostTokenSeconds() * factor,
                goal.mostFirstTokenSeconds() * factor,
                goal.roles(),
                goal.traffic().orElse(null));
        ServicePlan nearest = plan(context, looser);
        if (nearest != null) {
          return limits(goal, nearest, refusals);
        }
      }
    }
    ServicePlan together = goal.roles() == ServiceGoal.Roles.APART ? plan(context, TOGETHER) : null;
    if (together != null) {
      return new PlanResult.Infeasible(
          "no two groups of nodes hold the model, one to read prompts and one to decode; together"
              + " all devices hold it",
          0,
          "Maybe plan with roles together, or add nodes.",
          refusals);
    }
    List<Refusal> all = new ArrayList<>(refusals);
    Inventory inventory = Inventory.of(context.request(), context.assumptions());
    return (PlanResult.Infeasible) Shortfall.explain(context, inventory, all);
  }

  private static @Nullable ServicePlan plan(PlanningContext context, ServiceGoal goal) {
    if (goal.isPlain()) {
      return new ServicePlanner().plan(context.request(), goal, context.budget())
              instanceof ServicePlanner.Result.Feasible feasible
          ? feasible.plan()
          : null;
    }
    return new GoalPlanner(context.request(), goal, context.budget()).bestOrNull();
  }

  private static PlanResult.Infeasible demand(
      ServiceGoal goal,
      ServicePlan nearest,
      UpperBound bound,
      List<DeviceKind> kinds,
      List<Refusal> refusals) {
    double missing = goal.demandTokensPerSecond() - nearest.tokensPerSecond();
    List<String> ways = new ArrayList<>();
    for (DeviceKind kind : kinds) {
      double worth = bound.prices().device()[kind.index()];
      if (worth > 0) {
        ways.add(
            String.format(
                Locale.ROOT,
                "at least %.0f more %s",
                Math.ceil(missing / worth),
                kind.group().type()));
      }
    }
    return new PlanResult.Infeasible(
        String.format(
            Locale.ROOT,
            "no layout reaches %.0f tokens/s%s; the nearest reaches %.0f tokens/s, %.0f are"
                + " missing; no layout on these devices exceeds %.0f",
            goal.demandTokensPerSecond(),
            goal.isLimited() ? " within the limits" : "",
            nearest.tokensPerSecond(),
            missing,
            bound.tokensPerSecond()),
        0,
        "Maybe ask for less, or add " + String.join(", or ", ways) + ".",
        refusals);
  }

  private static PlanResult.Infeasible limits(
      ServiceGoal goal, ServicePlan nearest, List<Refusal> refusals) {
    List<String> parts = new ArrayList<>();
    List<String> ways = new ArrayList<>();
    if (goal.mostTokenSeconds() < Double.POSITIVE_INFINITY) {
      parts.add(against("TPOT", goal.mostTokenSeconds(), nearest.stepSeconds()));
      ways.add(String.format(Locale.ROOT, "TPOT %.1f ms", 1000 * nearest.stepSeconds()));
    }
    if (goal.mostFirstTokenSeconds() < Double.POSITIVE_INFINITY) {
      double first = nearest.outcome().firstTokenSeconds();
      parts.add(against("TTFT", goal.mostFirstTokenSeconds(), first));
      ways.add(String.format(Locale.ROOT, "TTFT %.0f ms", 1000 * first));
    }
    return new PlanResult.Infeasible(
        "no layout found keeps the limits; the nearest: " + String.join(", ", parts),
        0,
        "Maybe allow "
            + String.join(" and ", ways)
            + ", or use devices of more memory bandwidth and faster links.",
        refusals);
  }

  private static String against(String name, double limit, double reached) {
    return String.format(
        Locale.ROOT, "%s %.1f ms where %.1f ms are allowed", name, 1000 * reached, 1000 * limit);
  }
}
