package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places a model on a pool: which devices form which pipeline stage, which layers each stage holds,
 * which experts each device holds and which tokens it serves.
 *
 * <p>Hard constraints: each layer on one stage of devices that share type, collective library and
 * formats; each expert somewhere, at most once on a device; weights, cache, workspace and migration
 * headroom within every device's memory.
 *
 * <p>Method, in steps:
 *
 * <ol>
 *   <li>{@link Inventory}: what cannot be used is refused, the rest is grouped.
 *   <li>{@link LayoutSearch}: groups become stages, {@link LayerSplit} divides the layers, by
 *       estimated times.
 *   <li>{@link Draft}: the {@value #BUILT} best are built in full, the policy placing experts, and
 *       the best by exact times stays.
 *   <li>{@link Continuation}: with a placement in force, its own stages are built too, and stay
 *       unless the new plan is better by more than {@link #KEEP_TOLERANCE} (stages to be kept) or
 *       {@link #CHANGE_TOLERANCE} (otherwise).
 *   <li>{@link PlanCheck}.
 * </ol>
 */
public final class Planner {
  /** With keepStages: how much worse than a new plan the kept stages may be. */
  public static final double KEEP_TOLERANCE = 0.05;

  /** Without keepStages: a change of stages must gain more than this. */
  public static final double CHANGE_TOLERANCE = 0.01;

  private static final int BOUND_ROUNDS = 60;
  private static final int BUILT = 3;
  private static final int TRIED = 24;

  /** Layouts whose estimate is better than what is built by no more than this are not built. */
  private static final double NEAR = 0.005;

  /**
   * The plan, or why there is none.
   *
   * @throws IllegalArgumentException when load or placement in force are of another model, or the
   *     policy is not known
   */
  public PlanResult plan(PlanRequest request) {
    return plan(request, null);
  }

  /** The same where the bound is known. */
  PlanResult plan(PlanRequest request, @Nullable UpperBound known) {
    PlanningContext context = PlanningContext.of(request);
    InForce inForce = request.inForce().map(InForce::new).orElse(null);
    if (inForce != null && inForce.placement().layers() != context.layers()) {
      throw new IllegalArgumentException(
          "placement in force has "
              + inForce.placement().layers()
              + " layers, model '"
              + request.model().name()
              + "' has "
              + context.layers()
              + "\nMaybe it belongs to another deployment.");
    }
    Inventory inventory = Inventory.of(request, context.assumptions());
    List<Refusal> refusals = new ArrayList<>(inventory.refusals());
    if (inventory.groups().isEmpty()) {
      return Shortfall.explain(context, inventory, refusals);
    }
    double bound =
        (known == null
                ? UpperBound.of(context, inventory, DeviceKind.of(inventory), BOUND_ROUNDS)
                : known)
            .tokensPerSecond();
    LayoutSearch search = new LayoutSearch(context, inForce, inventory);
    List<Layout> layouts = search.run();
    Draft fresh = best(context, inForce, layouts, bound, BUILT);
    Draft kept = inForce == null ? null : kept(context, inForce, inventory, search, bound, fresh);
    boolean keep = kept != null && (fresh == null || goodEnough(request.options(), kept, fresh));
    if (kept != null && !keep && fresh != null) {
      refusals.add(Leftovers.refuseKept(kept, fresh));
    }
    Draft chosen = keep ? kept : fresh;
    if (chosen == null) {
      return Shortfall.explain(context, inventory, refusals);
    }
    PlanCheck.check(context.model(), chosen);
    refusals.addAll(Leftovers.refusals(inventory, layouts, chosen, keep ? fresh : null));
    return new PlanResult.Feasible(
        new Plan(
            chosen.placement(),
            chosen.memory(),
            chosen.prediction(),
            refusals,
            assumptions(context, chosen),
            context.policy().name()));
  }

  private static List<String> assumptions(PlanningContext context, Draft chosen) {
    if (context.request().options().objective() == PlanOptions.Objective.COST
        && Double.isNaN(chosen.prediction().costPerMillionTokensUsd())) {
      context
          .assumptions()
          .note("objective COST: no layout has a known price; assumed that throughput decides");
    }
    return context.assumptions().texts();
  }

  /** Builds layouts in order until enough are built; the best by exact numbers, or null. */
  private static @Nullable Draft best(
      PlanningContext context,
      @Nullable InForce inForce,
      List<Layout> layouts,
      double bound,
      int enough) {
    PlanOptions.Objective objective = context.request().options().objective();
    Draft best = null;
    int built = 0;
    for (int i = 0; i < layouts.size() && built < enough && (i < TRIED || built == 0); i++) {
      double hope = layouts.get(i).score(objective);
      if (best != null && best.score(objective) >= hope - NEAR * Math.abs(hope)) {
        break;
      }
      Draft draft = Draft.of(context, inForce, layouts.get(i), bound);
      if (draft != null) {
        built++;
        if (best == null || draft.score(objective) > best.score(objective)) {
          best = draft;
        }
      }
    }
    return best;
  }

  /** The first continuation that is good enough, else the best of them, else null. */
  private static @Nullable Draft kept(
      PlanningContext context,
      InForce inForce,
      Inventory inventory,
      LayoutSearch search,
      double bound,
      @Nullable Draft fresh) {
    PlanOptions options = context.request().options();
    Draft best = null;
    for (Layout layout : Continuation.layouts(context, inForce, inventory, search)) {
      Draft draft = Draft.of(context, inForce, layout, bound);
      if (draft == null) {
        continue;
      }
      if (fresh == null || goodEnough(options, draft, fresh)) {
        return draft;
      }
      if (best == null || draft.score(options.objective()) > best.score(options.objective())) {
        best = draft;
      }
    }
    return best;
  }

  private static boolean goodEnough(PlanOptions options, Draft kept, Draft fresh) {
    double tolerance = options.keepStages() ? KEEP_TOLERANCE : CHANGE_TOLERANCE;
    double goal = fresh.score(options.objective());
    return kept.score(options.objective()) >= goal - tolerance * Math.abs(goal);
  }
}
