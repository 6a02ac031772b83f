package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Explanation.Alternative;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Other plans that keep a goal's demand and limits: without a type of device, and with prompts read
 * in the other way. What keeps them not is no alternative.
 */
final class GoalAlternatives {
  private static final int MOST = 3;

  private final PlanRequest request;
  private final ServicePlan plan;
  private final ServiceGoal goal;
  private final List<Found> found = new ArrayList<>();

  private record Found(Alternative alternative, double value) {}

  private GoalAlternatives(PlanRequest request, ServicePlan plan, ServiceGoal goal) {
    this.request = request;
    this.plan = plan;
    this.goal = goal;
  }

  /** The best of them by the goal's objective, at most {@value #MOST}. */
  static List<Alternative> of(PlanRequest request, ServicePlan plan, ServiceGoal goal) {
    return new GoalAlternatives(request, plan, goal).best();
  }

  private List<Alternative> best() {
    TreeSet<String> used = new TreeSet<>();
    for (Pipeline pipeline : plan.pipelines()) {
      pipeline
          .plan()
          .placement()
          .stages()
          .forEach(
              stage -> {
                for (String id :
                    List.of(stage.deviceIds().getFirst(), stage.deviceIds().getLast())) {
                  request.pool().device(id).ifPresent(device -> used.add(device.type()));
                }
              });
    }
    for (String type : used) {
      add("without " + type, request.pool().keeping(device -> !device.type().equals(type)), goal);
    }
    if (plan.pipelines().stream().anyMatch(Pipeline::isTensorParallel)) {
      add(
          "every device with whole layers",
          request.with(request.options().withMostTensorParallel(1)),
          goal);
    }
    if (plan.pipelines().stream().anyMatch(Pipeline::isApart)) {
      add(
          "attention and experts on the same devices",
          request.with(request.options().withExpertsApart(false)),
          goal);
    }
    if (goal.traffic().isPresent()) {
      boolean apart = plan.pipelines().stream().anyMatch(p -> p.role() != Pipeline.Role.ALL);
      add(
          apart
              ? "prompts read by pipelines that decode"
              : "prompts read by pipelines of their own",
          request.pool(),
          goal.withRoles(apart ? ServiceGoal.Roles.TOGETHER : ServiceGoal.Roles.APART));
    }
    boolean most = goal.objective() == ServiceGoal.Objective.THROUGHPUT;
    found.sort(Comparator.comparingDouble(each -> most ? -each.value() : each.value()));
    return found.stream().limit(MOST).map(Found::alternative).toList();
  }

  private void add(String description, Pool pool, ServiceGoal other) {
    if (!pool.nodes().isEmpty()) {
      add(description, request.anewOn(pool), other);
    }
  }

  private void add(String description, PlanRequest asked, ServiceGoal other) {
    if (new ServicePlanner().plan(asked, other, StepBudget.unlimited())
        instanceof ServicePlanner.Result.Feasible feasible) {
      ServicePlan.Outcome outcome = feasible.plan().outcome();
      String text = description;
      if (goal.objective() != ServiceGoal.Objective.THROUGHPUT) {
        boolean whole = outcome.value() == Math.rint(outcome.value());
        text +=
            String.format(
                Locale.ROOT,
                whole ? ": %.0f %s" : ": %.4g %s",
                outcome.value(),
                outcome.objective());
      }
      found.add(
          new Found(
              new Alternative(
                  text,
                  feasible.plan().tokensPerSecond(),
                  feasible.plan().costPerMillionTokensUsd()),
              outcome.value()));
    }
  }
}
