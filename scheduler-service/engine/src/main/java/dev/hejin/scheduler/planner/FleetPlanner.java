package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.plan.Pipeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pipelines of one role on a pool. By kinds of devices first ({@link PipelineMix}, {@link
 * PipelineRounding}), which is cheap and gives an estimate; then on devices, with every expert
 * placed.
 */
final class FleetPlanner {
  private static final int FITTINGS = 12;
  private static final double LESS = 0.95;
  private static final double[] SPARE = {1, 1.06, 1.15, 1.3};

  private static final List<List<List<Member>>> NO_DEVICES = List.of();

  private final PlanningContext context;
  private final StageMenu menu;
  private final UpperBound bound;
  private final double stated;
  private final int rounds;

  /**
   * @param kinds of the devices that may be used
   * @param rounds of pricing
   */
  FleetPlanner(PlanningContext context, List<DeviceKind> kinds, UpperBound bound, int rounds) {
    this(context, kinds, bound, rounds, bound.tokensPerSecond());
  }

  private FleetPlanner(
      PlanningContext context,
      List<DeviceKind> kinds,
      UpperBound bound,
      int rounds,
      double stated) {
    this.stated = stated;
    this.context = context;
    this.menu = new StageMenu(context, kinds);
    this.bound = bound;
    this.rounds = rounds;
  }

  /**
   * The same, and before it one of stages of one kind of device where others are searched too: a
   * larger menu and wider prices do not always lead to the better pipelines.
   */
  static List<FleetPlanner> all(
      PlanningContext context,
      Inventory inventory,
      List<DeviceKind> kinds,
      UpperBound bound,
      double mostStepSeconds) {
    int rounds = ServicePlanner.MIX_ROUNDS;
    FleetPlanner all = new FleetPlanner(context, kinds, bound, rounds);
    if (!context.hasPairs()) {
      return List.of(all);
    }
    PlanningContext plain = context.withoutPairs();
    UpperBound guide =
        UpperBound.of(plain, inventory, kinds, ServicePlanner.BOUND_ROUNDS, mostStepSeconds);
    return List.of(new FleetPlanner(plain, kinds, guide, rounds, bound.tokensPerSecond()), all);
  }

  /** Pipelines by kinds; together they may decode fewer sequences than there are. */
  List<PipelineShape> shapes(MixGoal goal) {
    return shapes(goal, context.batchTokens());
  }

  private List<PipelineShape> shapes(MixGoal goal, int sequences) {
    int[] devices = menu.kinds().stream().mapToInt(DeviceKind::count).toArray();
    PipelineMix mix = PipelineMix.search(menu, devices, sequences, bound, goal, rounds);
    return PipelineRounding.round(menu, sequences, bound, goal, mix);
  }

  /** Estimated tokens a second of shapes. */
  static double tokensPerSecond(List<PipelineShape> shapes) {
    return shapes.stream().mapToDouble(PipelineShape::tokensPerSecond).sum();
  }

  /**
   * Built pipelines; null when none serve what is to be served. Rounding to whole pipelines loses
   * room: where that is too little, the search is asked for room for more sequences than there are.
   */
  @Nullable List<Pipeline> plan(MixGoal goal, Pipeline.Role role) {
    for (double spare : goal.servesAll() ? SPARE : new double[] {1}) {
      int sequences = (int) Math.ceil(spare * context.batchTokens());
      List<Pipeline> pipelines = fitted(shapes(goal, sequences), goal, role);
      if (pipelines != null) {
        return pipelines;
      }
    }
    return null;
  }

  private @Nullable List<Pipeline> fitted(
      List<PipelineShape> shapes, MixGoal goal, Pipeline.Role role) {
    if (shapes.isEmpty()) {
      return null;
    }
    PipelinePricing pricing =
        new PipelinePricing(
            menu, bound.prices(), new int[menu.kinds().size()], bound.tokensPerSecond(), goal);
    SequenceShares shares = new SequenceShares();
    LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups = staffed(menu.kinds(), shapes);
    groups.forEach(
        (shape, members) ->
            shares.add(members.size(), goal.hasDemand() ? List.of(shape) : pricing.filled(shape)));
    if (groups.isEmpty()) {
      return null;
    }
    PipelineBuilder builder = new PipelineBuilder(context, stated);
    for (int fitting = 0; fitting < FITTINGS; fitting++) {
      int[] sequences = shares.divide(context.batchTokens(), goal.servesAll());
      if (sequences == null) {
        return null;
      }
      List<Pipeline> pipelines = build(builder, groups, sequences, shares, goal, role);
      if (pipelines != null) {
        return pipelines;
      }
    }
    return null;
  }

  /** Builds every pipeline; null when one does not fit, its group being limited then. */
  private @Nullable List<Pipeline> build(
      PipelineBuilder builder,
      LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups,
      int[] sequences,
      SequenceShares shares,
      MixGoal goal,
      Pipeline.Role role) {
    int rest = goal.servesAll() ? context.batchTokens() : 0;
    int number = 0;
    for (List<List<List<Member>>> members : groups.values()) {
      rest -= goal.servesAll() ? members.size() * sequences[number++] : 0;
    }
    List<Pipeline> pipelines = new ArrayList<>();
    boolean fits = true;
    number = 0;
    for (var group : groups.entrySet()) {
      boolean needed = sequences[number] > 0;
      for (List<List<Member>> members : needed ? group.getValue() : NO_DEVICES) {
        int its = sequences[number] + rest;
        rest = 0;
        Draft draft = builder.build(group.getKey().stages(), members, its);
        if (draft == null) {
          shares.limit(number, (int) (LESS * sequences[number]));
          fits = false;
          break;
        }
        pipelines.add(ServiceAssembly.pipeline(context, draft, its, role));
      }
      number++;
    }
    return fits ? pipelines : null;
  }

  /**
   * Devices for each stage of each pipeline, by shape. A pipeline for whose tensor parallel groups
   * no node has enough devices left is left out.
   */
  private static LinkedHashMap<PipelineShape, List<List<List<Member>>>> staffed(
      List<DeviceKind> kinds, List<PipelineShape> shapes) {
    DeviceStock stock = new DeviceStock(kinds);
    LinkedHashMap<PipelineShape, List<List<List<Member>>>> groups = new LinkedHashMap<>();
    for (PipelineShape shape : shapes) {
      List<List<Member>> stages = new ArrayList<>();
      boolean whole = true;
      for (PipelineShape.Stage stage : shape.stages()) {
        List<Member> taken = take(stock, stage.form());
        if (taken == null && stage.form().tensorParallel() == 1) {
          throw new IllegalStateException("more pipelines than devices");
        }
        if (taken == null) {
          whole = false;
          break;
        }
        stages.add(taken);
      }
      if (!whole) {
        for (int s = 0; s < stages.size(); s++) {
          StageForm form = shape.stages().get(s).form();
          DeviceKind other = form.other();
          stock.give(form.kind(), stages.get(s).subList(0, form.devices()));
          if (other != null) {
            stock.give(other, stages.get(s).subList(form.devices(), form.allDevices()));
          }
        }
        continue;
      }
      groups.computeIfAbsent(shape, key -> new ArrayList<>()).add(stages);
    }
    return groups;
  }

  /** Devices of a form, the first kind's before the other's; null when there are too few. */
  private static @Nullable List<Member> take(DeviceStock stock, StageForm form) {
    List<Member> taken = stock.take(form.kind(), form.devices(), form.tensorParallel());
    DeviceKind other = form.other();
    List<Member> others = other == null ? List.of() : stock.take(other, form.otherDevices());
    if (taken == null || others == null) {
      return null;
    }
    List<Member> all = new ArrayList<>(taken);
    all.addAll(others);
    return all;
  }
}
