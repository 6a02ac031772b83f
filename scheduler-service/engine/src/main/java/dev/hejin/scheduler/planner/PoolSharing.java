package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Several services on one pool. Higher priorities are planned first, each on what is left. Within a
 * priority, services with a demand come first, by name; those without get the rest so that the one
 * that gets least of what it would reach alone gets as much as can be (max-min fairness): the part
 * is bisected, each service being planned on fewest devices for its part. Plan-only.
 */
public final class PoolSharing {
  private static final int STEPS = 6;

  private PoolSharing() {}

  /**
   * A service.
   *
   * @param name unique
   * @param priority higher ones go first
   * @param request its pool is not read
   * @param goal what it wants
   */
  public record Tenant(String name, int priority, PlanRequest request, ServiceGoal goal) {
    public Tenant {
      requireNonNull(name, "name");
      requireNonNull(request, "request");
      requireNonNull(goal, "goal");
    }

    private boolean hasDemand() {
      return goal.demandTokensPerSecond() > 0;
    }
  }

  /**
   * Results by name of the service; no device is in two plans.
   *
   * @throws IllegalArgumentException when two services have one name
   */
  public static TreeMap<String, ServicePlanner.Result> plan(
      Pool pool, List<Tenant> tenants, StepBudget budget) {
    TreeMap<String, ServicePlanner.Result> results = new TreeMap<>();
    TreeMap<Integer, List<Tenant>> levels = new TreeMap<>(Comparator.reverseOrder());
    TreeSet<String> names = new TreeSet<>();
    for (Tenant tenant : tenants) {
      if (!names.add(tenant.name())) {
        throw new IllegalArgumentException(
            "two services are called '" + tenant.name() + "'\nMaybe rename one.");
      }
      levels.computeIfAbsent(tenant.priority(), key -> new ArrayList<>()).add(tenant);
    }
    Pool left = pool;
    for (List<Tenant> level : levels.values()) {
      level.sort(Comparator.comparing(Tenant::name));
      List<Tenant> open = new ArrayList<>();
      for (Tenant tenant : level) {
        if (tenant.hasDemand()) {
          left = take(tenant, tenant.goal(), left, budget, results);
        } else {
          open.add(tenant);
        }
      }
      left =
          open.size() > 1
              ? share(open, left, budget, results)
              : single(open, left, budget, results);
    }
    return results;
  }

  private static Pool single(
      List<Tenant> open,
      Pool pool,
      StepBudget budget,
      TreeMap<String, ServicePlanner.Result> results) {
    return open.isEmpty()
        ? pool
        : take(open.getFirst(), open.getFirst().goal(), pool, budget, results);
  }

  /** Plans one service and returns what it leaves. */
  private static Pool take(
      Tenant tenant,
      ServiceGoal goal,
      Pool pool,
      StepBudget budget,
      TreeMap<String, ServicePlanner.Result> results) {
    ServicePlanner.Result result = planned(tenant, goal, pool, budget);
    results.put(tenant.name(), result);
    return result instanceof ServicePlanner.Result.Feasible feasible
        ? without(pool, feasible.plan())
        : pool;
  }

  private static ServicePlanner.Result planned(
      Tenant tenant, ServiceGoal goal, Pool pool, StepBudget budget) {
    return new ServicePlanner().plan(tenant.request().anewOn(pool), goal, budget);
  }

  private static Pool share(
      List<Tenant> open,
      Pool pool,
      StepBudget budget,
      TreeMap<String, ServicePlanner.Result> results) {
    TreeMap<String, Double> alone = new TreeMap<>();
    List<Tenant> able = new ArrayList<>();
    for (Tenant tenant : open) {
      ServicePlanner.Result result = planned(tenant, tenant.goal(), pool, budget);
      results.put(tenant.name(), result);
      if (result instanceof ServicePlanner.Result.Feasible feasible) {
        alone.put(tenant.name(), feasible.plan().tokensPerSecond());
        able.add(tenant);
      }
    }
    if (able.size() < 2) {
      return able.isEmpty()
          ? pool
          : take(able.getFirst(), able.getFirst().goal(), pool, budget, results);
    }
    double low = 0;
    double high = 1;
    TreeMap<String, ServicePlanner.Result> best = null;
    for (int step = 0; step < STEPS; step++) {
      double part = (low + high) / 2;
      TreeMap<String, ServicePlanner.Result> trial = trial(able, alone, part, pool, budget);
      low = trial == null ? low : part;
      high = trial == null ? part : high;
      best = trial == null ? best : trial;
    }
    if (best == null) {
      // Not even the least part fits beside each other: the first by name is served.
      return take(able.getFirst(), able.getFirst().goal(), pool, budget, results);
    }
    results.putAll(best);
    Pool left = pool;
    for (ServicePlanner.Result result : best.values()) {
      if (result instanceof ServicePlanner.Result.Feasible feasible) {
        left = without(left, feasible.plan());
      }
    }
    return left;
  }

  /** Plans of all services for a part of what each reaches alone; null when one does not fit. */
  private static @Nullable TreeMap<String, ServicePlanner.Result> trial(
      List<Tenant> tenants,
      TreeMap<String, Double> alone,
      double part,
      Pool pool,
      StepBudget budget) {
    TreeMap<String, ServicePlanner.Result> plans = new TreeMap<>();
    Pool left = pool;
    for (Tenant tenant : tenants) {
      ServiceGoal goal = tenant.goal();
      double demand = part * alone.getOrDefault(tenant.name(), 0.0);
      ServiceGoal fewest =
          new ServiceGoal(
              ServiceGoal.Objective.DEVICES,
              demand,
              goal.mostTokenSeconds(),
              goal.mostFirstTokenSeconds(),
              goal.roles(),
              goal.traffic().orElse(null));
      if (left.nodes().isEmpty()) {
        return null;
      }
      ServicePlan plan =
          new GoalPlanner(tenant.request().anewOn(left), fewest, budget).bestOrNull();
      if (plan == null) {
        return null;
      }
      plans.put(tenant.name(), new ServicePlanner.Result.Feasible(plan));
      left = without(left, plan);
    }
    return plans;
  }

  private static Pool without(Pool pool, ServicePlan plan) {
    TreeSet<String> used = new TreeSet<>();
    plan.pipelines()
        .forEach(
            pipeline ->
                pipeline
                    .plan()
                    .placement()
                    .stages()
                    .forEach(stage -> used.addAll(stage.deviceIds())));
    return pool.keeping(device -> !used.contains(device.id()));
  }
}
