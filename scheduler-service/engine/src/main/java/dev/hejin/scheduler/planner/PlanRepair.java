package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes on from a plan that has lost devices, at the price of the stages that lost them: these are
 * filled anew on what is left of their devices, with the same layers; all others stay as they are,
 * device by device. Far quicker than a new plan on a large pool, and no better than it: whoever
 * repairs should plan anew later.
 *
 * <p>The prediction keeps the numbers of the stages that stay; the old bound holds for fewer
 * devices, too.
 */
public final class PlanRepair {
  private final PlanningContext context;
  private final Plan before;
  private final Inventory inventory;
  private final InForce inForce;
  private final Map<String, DeviceMemory> memoryBefore = new TreeMap<>();
  private final TreeSet<Integer> rebuilt = new TreeSet<>();

  private PlanRepair(PlanRequest request, Plan before) {
    this.context = PlanningContext.of(request);
    this.before = before;
    this.inventory = Inventory.of(request, context.assumptions());
    this.inForce = InForce.toMend(before.placement());
    before.memory().forEach(memory -> memoryBefore.put(memory.deviceId(), memory));
  }

  /**
   * The plan without the devices that the request's pool lacks.
   *
   * @param before a plan for the request's model and workload
   * @return empty when a stage has lost all its devices, or what is left of one has too little
   *     memory, or nothing was lost: then a new plan is needed, or none
   */
  public static Optional<Plan> repair(PlanRequest request, Plan before) {
    if (before.placement().layers() != request.model().layers().size()) {
      return Optional.empty();
    }
    return new PlanRepair(request, before).run();
  }

  private Optional<Plan> run() {
    List<StagePlacement> stages = before.placement().stages();
    List<StagePlacement> next = new ArrayList<>();
    List<DeviceMemory> memory = new ArrayList<>();
    List<Double> seconds = new ArrayList<>(before.prediction().stageSeconds());
    List<Double> balancedness = new ArrayList<>();
    List<String> bottlenecks = new ArrayList<>();
    for (int s = 0; s < stages.size(); s++) {
      StagePlacement stage = stages.get(s);
      bottlenecks.add("");
      if (stage.deviceIds().stream().allMatch(id -> inventory.member(id) != null)) {
        next.add(stage);
        stage.deviceIds().forEach(id -> memory.add(requireNonNull(memoryBefore.get(id), id)));
        long layers = moeLayers(stage);
        for (long i = 0; i < layers; i++) {
          balancedness.add(before.prediction().balancedness());
        }
        continue;
      }
      DeviceSet set = Continuation.survivors(context, stage, inventory);
      BuiltStage built = set == null ? null : build(set, stage, stages.size());
      if (built == null) {
        return Optional.empty();
      }
      rebuilt.add(s);
      next.add(built.placement());
      memory.addAll(built.memory());
      seconds.set(s, built.seconds());
      balancedness.addAll(built.balancedness());
      bottlenecks.set(s, built.bottleneck());
    }
    if (rebuilt.isEmpty()) {
      return Optional.empty();
    }
    Placement placement = new Placement(next);
    PlanCheck.check(context.model(), placement, memory);
    TreeSet<String> assumptions = new TreeSet<>(before.assumptions());
    assumptions.addAll(context.assumptions().texts());
    return Optional.of(
        new Plan(
            placement,
            memory,
            prediction(placement, seconds, balancedness, bottlenecks),
            before.refusals(),
            List.copyOf(assumptions),
            before.policy()));
  }

  private @Nullable BuiltStage build(DeviceSet set, StagePlacement stage, int stages) {
    return StageBuilder.build(
        context,
        inForce,
        set,
        stage.firstLayer(),
        stage.endLayer(),
        context.microbatchTokens(stages));
  }

  private long moeLayers(StagePlacement stage) {
    return context.model().layers().subList(stage.firstLayer(), stage.endLayer()).stream()
        .filter(LayerSpec::isMoe)
        .count();
  }

  private Prediction prediction(
      Placement placement,
      List<Double> seconds,
      List<Double> balancedness,
      List<String> bottlenecks) {
    int slowest = 0;
    double sum = 0;
    for (int s = 0; s < seconds.size(); s++) {
      slowest = seconds.get(s) > seconds.get(slowest) ? s : slowest;
      sum += seconds.get(s);
    }
    double step = Math.max(context.microbatches(seconds.size()) * seconds.get(slowest), sum);
    double tokensPerSecond = context.batchTokens() / step;
    double pricePerHourUsd =
        placement.stages().stream()
            .flatMap(stage -> stage.deviceIds().stream())
            .mapToDouble(this::pricePerHourUsd)
            .sum();
    return new Prediction(
        seconds,
        step,
        tokensPerSecond,
        before.prediction().boundTokensPerSecond(),
        pricePerHourUsd / 3600 / tokensPerSecond * 1e6,
        balancedness.stream().mapToDouble(Double::doubleValue).average().orElse(1),
        rebuilt.contains(slowest)
            ? "stage " + slowest + ", " + bottlenecks.get(slowest)
            : before.prediction().bottleneck());
  }

  private double pricePerHourUsd(String deviceId) {
    Member member = inventory.member(deviceId);
    return member == null ? Double.NaN : member.device().pricePerHourUsd().value();
  }
}
