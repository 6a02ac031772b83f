package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Places a model on a pool as one pipeline or several that share the traffic: on a large pool one
 * pipeline over all devices would spend its time on exchanges.
 *
 * <p>Method, in steps:
 *
 * <ol>
 *   <li>{@link PipelineBound}: what no layout exceeds, and what a device and a sequence are worth.
 *   <li>{@link PipelineMix}: pipelines by kinds of devices, in fractions; symmetric devices
 *       collapse.
 *   <li>{@link PipelineRounding}: whole pipelines.
 *   <li>{@link DeviceStock}, {@link PipelineBuilder}: which devices, layers and experts exactly;
 *       equal pipelines are built once.
 *   <li>On pools of at most {@value #ALONE} devices the best single pipeline of {@link Planner} is
 *       built too; the better stays.
 * </ol>
 *
 * <p>Effort is bounded by numbers of rounds, never by a clock.
 */
public final class ServicePlanner {
  /** Largest pool on which one pipeline over all of it is searched too. */
  public static final int ALONE = 256;

  private static final int BOUND_ROUNDS = 400;
  private static final int MIX_ROUNDS = 5;
  private static final int FITTINGS = 12;
  private static final double LESS = 0.95;
  private static final double[] SPARE = {1, 1.06, 1.15, 1.3};

  /** A plan, or why there is none. */
  public sealed interface Result {
    /** A plan whose pipelines passed the verifier. */
    record Feasible(ServicePlan plan) implements Result {}

    /** No layout fits. */
    record Infeasible(PlanResult.Infeasible why) implements Result {}
  }

  /**
   * The plan, or why there is none.
   *
   * @param request its placement in force is not read
   * @throws IllegalArgumentException when the load is of another model, or the policy is not known
   */
  public Result plan(PlanRequest request) {
    PlanningContext context = PlanningContext.of(request);
    Inventory inventory = Inventory.of(request, context.assumptions());
    if (inventory.groups().isEmpty()) {
      return new Result.Infeasible(
          (PlanResult.Infeasible)
              Shortfall.explain(context, inventory, new ArrayList<>(inventory.refusals())));
    }
    List<DeviceKind> kinds = DeviceKind.of(inventory);
    UpperBound bound = UpperBound.of(context, inventory, kinds, BOUND_ROUNDS);
    double most = bound.tokensPerSecond();
    StageMenu menu = new StageMenu(context, kinds);
    List<Pipeline> pipelines = several(context, menu, bound);
    ServicePlan several =
        pipelines == null
            ? null
            : ServiceAssembly.of(
                context, inventory, pipelines, most, "too few are left for one more pipeline");
    ServicePlan alone = null;
    if (several == null || request.pool().devices().size() <= ALONE) {
      PlanResult result =
          new Planner()
              .plan(
                  new PlanRequest(
                      request.model(),
                      request.pool(),
                      request.workload(),
                      request.load(),
                      request.options(),
                      null));
      switch (result) {
        case PlanResult.Feasible feasible -> alone = alone(request, feasible.plan(), most);
        case PlanResult.Infeasible infeasible -> {
          if (several == null) {
            return new Result.Infeasible(infeasible);
          }
        }
      }
    }
    return new Result.Feasible(better(several, alone));
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

  private static ServicePlan better(@Nullable ServicePlan several, @Nullable ServicePlan alone) {
    if (several == null
        || (alone != null && alone.tokensPerSecond() >= several.tokensPerSecond())) {
      if (alone == null) {
        throw new IllegalStateException("neither one pipeline nor several");
      }
      return alone;
    }
    return several;
  }

  /** A plan of one pipeline as a service. */
  public static ServicePlan service(PlanRequest request, Plan plan) {
    return alone(request, plan, plan.prediction().boundTokensPerSecond());
  }

  private static ServicePlan alone(PlanRequest request, Plan plan, double most) {
    return new ServicePlan(
        List.of(new Pipeline(request.workload(), 1, plan)),
        plan.prediction().tokensPerSecond(),
        plan.prediction().stepSeconds(),
        Math.min(most, plan.prediction().boundTokensPerSecond()),
        plan.prediction().costPerMillionTokensUsd(),
        plan.refusals(),
        plan.assumptions());
  }

  /**
   * Drafts of the best pipelines found; null when none serve the whole batch. Rounding to whole
   * pipelines loses room: where that is too little, the search is asked for room for more sequences
   * than there are.
   */
  private static @Nullable List<Pipeline> several(
      PlanningContext context, StageMenu menu, UpperBound bound) {
    int[] devices = menu.kinds().stream().mapToInt(DeviceKind::count).toArray();
    double none = Double.POSITIVE_INFINITY;
    for (double spare : SPARE) {
      int sequences = (int) Math.ceil(spare * context.batchTokens());
      PipelineMix mix = PipelineMix.search(menu, devices, sequences, bound, none, MIX_ROUNDS);
      List<PipelineShape> shapes = PipelineRounding.round(menu, sequences, bound, none, mix);
      List<Pipeline> pipelines = fitted(context, menu, bound, shapes);
      if (pipelines != null) {
        return pipelines;
      }
    }
    return null;
  }

  /** Drafts of pipelines that together decode the whole batch; null when they cannot. */
  private static @Nullable List<Pipeline> fitted(
      PlanningContext context, StageMenu menu, UpperBound bound, List<PipelineShape> shapes) {
    PipelinePricing pricing =
        new PipelinePricing(
            menu, bound.prices(), new int[0], bound.tokensPerSecond(), Double.POSITIVE_INFINITY);
    SequenceShares shares = new SequenceShares();
    LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups = staffed(menu.kinds(), shapes);
    groups.forEach((shape, members) -> shares.add(members.size(), pricing.filled(shape)));
    PipelineBuilder builder = new PipelineBuilder(context, bound.tokensPerSecond());
    for (int fitting = 0; fitting < FITTINGS; fitting++) {
      int[] sequences = shares.divide(context.batchTokens());
      if (sequences == null) {
        return null;
      }
      List<Pipeline> pipelines = build(context, builder, groups, sequences, shares);
      if (pipelines != null) {
        return pipelines;
      }
    }
    return null;
  }

  /** Builds every pipeline; null when one does not fit, its group being limited then. */
  private static @Nullable List<Pipeline> build(
      PlanningContext context,
      PipelineBuilder builder,
      LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups,
      int[] sequences,
      SequenceShares shares) {
    int rest = context.batchTokens();
    int number = 0;
    for (List<List<List<Member>>> members : groups.values()) {
      rest -= members.size() * sequences[number++];
    }
    List<Pipeline> pipelines = new ArrayList<>();
    boolean fits = true;
    number = 0;
    for (var group : groups.entrySet()) {
      List<DeviceKind> kinds =
          group.getKey().stages().stream().map(PipelineShape.Stage::kind).toList();
      for (List<List<Member>> members : group.getValue()) {
        int its = sequences[number] + rest;
        rest = 0;
        Draft draft = builder.build(kinds, members, its);
        if (draft == null) {
          shares.limit(number, (int) (LESS * sequences[number]));
          fits = false;
          break;
        }
        pipelines.add(ServiceAssembly.pipeline(context, draft, its));
      }
      number++;
    }
    return fits ? pipelines : null;
  }

  /** Devices for each stage of each pipeline, by shape. */
  private static LinkedHashMap<PipelineShape, List<List<List<Member>>>> staffed(
      List<DeviceKind> kinds, List<PipelineShape> shapes) {
    DeviceStock stock = new DeviceStock(kinds);
    LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups = new LinkedHashMap<>();
    for (PipelineShape shape : shapes) {
      List<List<Member>> stages = new ArrayList<>();
      for (PipelineShape.Stage stage : shape.stages()) {
        List<Member> taken = stock.take(stage.kind(), stage.devices());
        if (taken == null) {
          throw new IllegalStateException("more pipelines than devices");
        }
        stages.add(taken);
      }
      groups.computeIfAbsent(shape, key -> new ArrayList<>()).add(stages);
    }
    return groups;
  }
}
