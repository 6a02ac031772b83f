package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans for a {@link ServiceGoal}: pipelines that read and decode, pipelines of one role each, and
 * on small pools a single pipeline; the best that keeps demand and limits stays. Estimates are a
 * little better than what is built, so demand and limits are tightened until what is built keeps
 * them. Where nothing does, {@link NearestGoal} says what comes nearest.
 */
final class GoalPlanner {
  private static final double[] TIGHTER = {1, 1.03, 1.08, 1.16, 1.3};
  private static final double FIRST_TIGHTER = 1.01;

  /** Of roles apart the limits of estimates are rough: looser ones are tried, too. */
  private static final double[] TIGHTER_APART = {0.87, 1, 1.08};

  /** Parts of the sequences that single pipelines are tried with under limits. */
  private static final double[] PARTS = {1, 0.7, 0.5, 0.35, 0.25, 0.17, 0.12, 0.08};

  private static final int PARTS_DEVICES = 64;
  private static final int SINGLES = 2;

  /** Of dollars an hour for a token a second: dollars for a million tokens. */
  private static final double PER = 1e6 / 3600;

  private static final double WHOLE = 1e-6;

  private final ServiceGoal goal;
  private final List<Refusal> refusals = new ArrayList<>();
  private final PlanningContext context;
  private final Inventory inventory;
  private final List<DeviceKind> kinds;
  private double leastUnits = Double.NaN;

  GoalPlanner(PlanRequest request, ServiceGoal goal, StepBudget budget) {
    this.goal = goal;
    PlanRequest known =
        request.anewOn(DeviceUnits.known(goal.objective(), request.pool(), refusals));
    this.context = PlanningContext.of(known).with(goal.traffic().orElse(null), budget);
    this.inventory = Inventory.of(known, context.assumptions());
    this.kinds = DeviceKind.of(inventory);
  }

  ServicePlanner.Result plan() {
    List<Refusal> all = new ArrayList<>(refusals);
    all.addAll(inventory.refusals());
    if (kinds.isEmpty()) {
      return new ServicePlanner.Result.Infeasible(
          all.size() > inventory.refusals().size()
              ? new PlanResult.Infeasible(
                  "objective " + goal.objective() + ": of no device is known what it costs",
                  0,
                  "Maybe state price_per_hour_usd or tdp_watts in the pool file.",
                  all)
              : (PlanResult.Infeasible) Shortfall.explain(context, inventory, all));
    }
    UpperBound bound = bound();
    ServicePlan best = best(bound);
    return best != null
        ? new ServicePlanner.Result.Feasible(best)
        : new ServicePlanner.Result.Infeasible(
            NearestGoal.explain(context, goal, bound, kinds, all));
  }

  /** The plan; null when nothing keeps the goal. */
  @Nullable ServicePlan bestOrNull() {
    return kinds.isEmpty() ? null : best(bound());
  }

  /** The plan in force after losses, if it still keeps the goal; else null. */
  @Nullable ServicePlan repaired(ServicePlan inForce) {
    boolean whole = inForce.pipelines().stream().allMatch(each -> each.role() == Pipeline.Role.ALL);
    ServicePlan repaired =
        !whole || kinds.isEmpty()
            ? null
            : ServiceRepair.of(context, inventory, inForce, inForce.boundTokensPerSecond());
    return repaired == null ? null : assembled(repaired.pipelines(), bound());
  }

  private UpperBound bound() {
    return UpperBound.of(
        context, inventory, kinds, ServicePlanner.BOUND_ROUNDS, goal.mostTokenSeconds());
  }

  private @Nullable ServicePlan best(UpperBound bound) {
    ServicePlan best = null;
    if (goal.roles() != ServiceGoal.Roles.APART) {
      best = better(best, together(bound));
      best = better(best, alone(bound));
    }
    Traffic traffic = goal.traffic().orElse(null);
    if (traffic != null && goal.roles() != ServiceGoal.Roles.TOGETHER) {
      best = better(best, apart(bound, traffic));
    }
    return best;
  }

  private @Nullable ServicePlan together(UpperBound bound) {
    ServicePlan best = null;
    for (FleetPlanner fleet :
        FleetPlanner.all(context, inventory, kinds, bound, goal.mostTokenSeconds())) {
      best = better(best, together(fleet, bound));
    }
    return best;
  }

  private @Nullable ServicePlan together(FleetPlanner fleet, UpperBound bound) {
    double none = Double.POSITIVE_INFINITY;
    boolean covers =
        goal.demandTokensPerSecond() > 0 && goal.objective() != ServiceGoal.Objective.THROUGHPUT;
    ServicePlan best = null;
    for (double tighter : TIGHTER) {
      MixGoal mix =
          new MixGoal(
              DeviceUnits.of(goal.objective(), kinds),
              covers ? goal.demandTokensPerSecond() * tighter : none,
              goal.servesAll(),
              goal.mostTokenSeconds() / tighter,
              goal.mostFirstTokenSeconds() / tighter);
      best = better(best, assembled(fleet.plan(mix, Pipeline.Role.ALL), bound));
      boolean enough = best != null && tighter > FIRST_TIGHTER;
      if (enough || (!covers && !goal.isLimited())) {
        break;
      }
    }
    return best;
  }

  private @Nullable ServicePlan apart(UpperBound bound, Traffic traffic) {
    RolePlanner roles =
        new RolePlanner(context.with(null, context.budget()), kinds, bound, goal, traffic);
    double demand =
        goal.objective() == ServiceGoal.Objective.THROUGHPUT ? 0 : goal.demandTokensPerSecond();
    ServicePlan best = null;
    for (double tighter : demand == 0 && !goal.isLimited() ? new double[] {1} : TIGHTER_APART) {
      best = better(best, assembled(roles.plan(demand * tighter, 1 / tighter), bound));
    }
    return best;
  }

  /** The best single pipelines by estimate, built. */
  private @Nullable ServicePlan alone(UpperBound bound) {
    int devices = context.request().pool().devices().size();
    if (devices > ServicePlanner.ALONE) {
      return null;
    }
    ServicePlan best = null;
    boolean parts = !goal.servesAll() && devices <= PARTS_DEVICES;
    for (double part : parts ? PARTS : new double[] {1}) {
      int sequences = (int) Math.max(1, part * context.batchTokens());
      best = better(best, alone(bound, context.withSequences(sequences)));
    }
    return best;
  }

  private @Nullable ServicePlan alone(UpperBound bound, PlanningContext own) {
    List<Layout> kept = new ArrayList<>();
    if (own.budget().take()) {
      for (Layout layout : new LayoutSearch(own, null, inventory).run()) {
        boolean inTime = own.batchTokens() / layout.tokensPerSecond() <= goal.mostTokenSeconds();
        if (inTime && layout.tokensPerSecond() >= goal.demandTokensPerSecond()) {
          kept.add(layout);
        }
      }
    }
    kept.sort((a, b) -> Double.compare(score(b), score(a)));
    ServicePlan best = null;
    for (Layout layout : kept.subList(0, Math.min(SINGLES, kept.size()))) {
      Draft draft = Draft.of(own, null, layout, bound.tokensPerSecond());
      if (draft != null) {
        Pipeline pipeline = ServiceAssembly.pipeline(own, draft, own.batchTokens());
        best = better(best, assembled(List.of(pipeline), bound));
      }
    }
    return best;
  }

  private double score(Layout layout) {
    double units = 0;
    for (DeviceSet set : layout.sets()) {
      for (Member member : set.members()) {
        units += DeviceUnits.of(goal.objective(), member.device());
      }
    }
    return value(layout.tokensPerSecond(), units);
  }

  /** How good; larger is better. */
  private double value(double tokensPerSecond, double units) {
    return goal.objective() == ServiceGoal.Objective.THROUGHPUT
        ? tokensPerSecond
        : goal.demandTokensPerSecond() > 0 ? -units : tokensPerSecond / units;
  }

  /** The plan of these pipelines; null when they do not keep demand and limits. */
  private @Nullable ServicePlan assembled(@Nullable List<Pipeline> pipelines, UpperBound bound) {
    if (pipelines == null) {
      return null;
    }
    ServiceFigures figures =
        ServiceFigures.of(
            context, inventory, pipelines, goal.objective(), goal.traffic().orElse(null));
    boolean kept =
        figures.tokensPerSecond() >= goal.demandTokensPerSecond()
            && figures.stepSeconds() <= goal.mostTokenSeconds()
            && !(figures.firstTokenSeconds() > goal.mostFirstTokenSeconds());
    return kept
        ? ServiceAssembly.of(
            context,
            inventory,
            pipelines,
            figures,
            bound.tokensPerSecond(),
            outcome(figures, bound),
            goal.demandTokensPerSecond() > 0 && goal.objective() != ServiceGoal.Objective.THROUGHPUT
                ? "not needed for the demand"
                : "no further pipeline makes the plan better")
        : null;
  }

  private ServicePlan.Outcome outcome(ServiceFigures figures, UpperBound bound) {
    double tokens = figures.tokensPerSecond();
    boolean covers = goal.demandTokensPerSecond() > 0;
    double least = Double.isNaN(leastUnits) ? leastUnits() : leastUnits;
    leastUnits = least;
    double first = figures.firstTokenSeconds();
    double joules = figures.watts() / tokens;
    double units = figures.units();
    return switch (goal.objective()) {
      case THROUGHPUT ->
          new ServicePlan.Outcome(first, joules, "tokens/s", tokens, bound.tokensPerSecond());
      case DEVICES ->
          new ServicePlan.Outcome(first, joules, "devices", units, Math.ceil(least - WHOLE));
      case COST ->
          covers
              ? new ServicePlan.Outcome(first, joules, "dollars an hour", units, least)
              : new ServicePlan.Outcome(
                  first, joules, "dollars a million tokens", units / tokens * PER, least * PER);
      case ENERGY ->
          covers
              ? new ServicePlan.Outcome(first, joules, "watts", units, least)
              : new ServicePlan.Outcome(first, joules, "joules a token", units / tokens, least);
    };
  }

  private double leastUnits() {
    if (goal.objective() == ServiceGoal.Objective.THROUGHPUT) {
      return 0;
    }
    UnitBound units = new UnitBound(context, kinds, DeviceUnits.of(goal.objective(), kinds));
    double demand = goal.demandTokensPerSecond();
    return demand > 0 ? units.leastUnits(demand) : units.leastUnitsForEach();
  }

  private @Nullable ServicePlan better(@Nullable ServicePlan a, @Nullable ServicePlan b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    double sign = goal.objective() == ServiceGoal.Objective.THROUGHPUT ? 1 : -1;
    return sign * b.outcome().value() > sign * a.outcome().value() ? b : a;
  }
}
