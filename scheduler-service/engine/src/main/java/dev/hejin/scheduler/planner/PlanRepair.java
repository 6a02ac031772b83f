package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes on from a plan that has lost devices, at the price of the stages that lost them: idle
 * devices that are equal take their places ({@link StandIns}), else the stages are mended on what
 * is left of their devices, with the same layers; all others stay as they are, device by device.
 * Where that does not fit, layers move between the stages. Far quicker than a new plan on a large
 * pool, and no better than it: whoever repairs should plan anew later.
 *
 * <p>The prediction keeps the numbers of the stages that stay. The old bound holds: the devices are
 * equal to some of those that it was made for.
 */
public final class PlanRepair {
  private final PlanningContext context;
  private final Plan before;
  private final Inventory inventory;
  private final InForce inForce;
  private final Map<String, DeviceMemory> memoryBefore = new TreeMap<>();
  private final TreeSet<Integer> rebuilt = new TreeSet<>();

  /** Who takes the place of a lost device. */
  private final Map<String, String> standIn = new TreeMap<>();

  /** Devices of each stage now. */
  private final List<List<Member>> members = new ArrayList<>();

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
   * @return empty when what is left has too little memory, or nothing was lost: then a new plan is
   *     needed, or none
   */
  public static Optional<Plan> repair(PlanRequest request, Plan before) {
    if (before.placement().layers() != request.model().layers().size()) {
      return Optional.empty();
    }
    PlanRepair repair = new PlanRepair(request, before);
    if (!repair.isNeeded()) {
      return Optional.empty();
    }
    Plan same = repair.sameLayers();
    return Optional.ofNullable(same == null ? repair.movedLayers() : same);
  }

  private boolean isNeeded() {
    return before.placement().stages().stream().anyMatch(stage -> !isWhole(stage));
  }

  private boolean isWhole(StagePlacement stage) {
    return stage.deviceIds().stream().allMatch(id -> inventory.member(id) != null);
  }

  private @Nullable Plan sameLayers() {
    StandIns standIns = new StandIns(inventory, before.placement(), memoryBefore);
    List<BuiltStage> built = new ArrayList<>();
    boolean fits = true;
    for (int s = 0; s < before.placement().stages().size(); s++) {
      StagePlacement stage = before.placement().stages().get(s);
      StandIns.Filled filled = standIns.fill(stage);
      inForce.stand(filled.places());
      filled.places().forEach((next, lost) -> standIn.put(lost, next));
      members.add(filled.members());
      BuiltStage next = null;
      if (filled.isWhole()) {
        next = renamed(s);
      } else if (fits) {
        rebuilt.add(s);
        next = mended(stage, filled.members());
      }
      fits &= next != null;
      if (next != null) {
        built.add(next);
      }
    }
    return fits ? plan(built) : null;
  }

  /** The stage as it was, with stand-ins where it lost devices. */
  private BuiltStage renamed(int number) {
    StagePlacement stage = before.placement().stages().get(number);
    Prediction old = before.prediction();
    List<DeviceMemory> memory = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (String id : stage.deviceIds()) {
      String now = standIn.getOrDefault(id, id);
      ids.add(now);
      DeviceMemory its = requireNonNull(memoryBefore.get(id), id);
      memory.add(
          now.equals(id)
              ? its
              : its.of(now, requireNonNull(inventory.member(now)).capacityBytes()));
    }
    return new BuiltStage(
        ids.equals(stage.deviceIds()) ? stage : stage.on(ids),
        memory,
        old.stageSeconds().get(number),
        Collections.nCopies((int) moeLayers(stage), old.balancedness()),
        "");
  }

  private @Nullable BuiltStage mended(StagePlacement stage, List<Member> members) {
    DeviceSet set = Continuation.set(context, stage, inventory, members);
    return set == null
        ? null
        : StageBuilder.build(
            context,
            inForce,
            set,
            stage.firstLayer(),
            stage.endLayer(),
            context.microbatchTokens(before.placement().stages().size()));
  }

  /** The stages that have devices left, with layers divided anew. */
  private @Nullable Plan movedLayers() {
    List<DeviceSet> sets = new ArrayList<>();
    for (int s = 0; s < members.size(); s++) {
      StagePlacement stage = before.placement().stages().get(s);
      DeviceSet set = Continuation.set(context, stage, inventory, members.get(s));
      if (set != null) {
        sets.add(set);
      }
    }
    Draft draft =
        sets.isEmpty()
            ? null
            : Draft.divided(context, inForce, sets, before.prediction().boundTokensPerSecond());
    if (draft == null) {
      return null;
    }
    PlanCheck.check(context.model(), draft);
    return plan(draft.placement(), draft.memory(), draft.prediction());
  }

  private Plan plan(List<BuiltStage> built) {
    Placement placement = new Placement(built.stream().map(BuiltStage::placement).toList());
    List<DeviceMemory> memory = new ArrayList<>();
    built.forEach(stage -> memory.addAll(stage.memory()));
    PlanCheck.check(context.model(), placement, memory);
    return plan(placement, memory, prediction(built));
  }

  private Plan plan(Placement placement, List<DeviceMemory> memory, Prediction prediction) {
    TreeSet<String> assumptions = new TreeSet<>(before.assumptions());
    assumptions.addAll(context.assumptions().texts());
    return new Plan(
        placement,
        memory,
        prediction,
        before.refusals(),
        List.copyOf(assumptions),
        before.policy());
  }

  private long moeLayers(StagePlacement stage) {
    return context.model().layers().subList(stage.firstLayer(), stage.endLayer()).stream()
        .filter(LayerSpec::isMoe)
        .count();
  }

  private Prediction prediction(List<BuiltStage> built) {
    List<Double> seconds = built.stream().map(BuiltStage::seconds).toList();
    int slowest = 0;
    double sum = 0;
    for (int s = 0; s < seconds.size(); s++) {
      slowest = seconds.get(s) > seconds.get(slowest) ? s : slowest;
      sum += seconds.get(s);
    }
    double step = Math.max(context.microbatches(seconds.size()) * seconds.get(slowest), sum);
    double tokensPerSecond = context.batchTokens() / step;
    double pricePerHourUsd =
        built.stream()
            .flatMap(stage -> stage.placement().deviceIds().stream())
            .mapToDouble(this::pricePerHourUsd)
            .sum();
    double balancedness =
        built.stream()
            .flatMap(stage -> stage.balancedness().stream())
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(1);
    return new Prediction(
        seconds,
        step,
        tokensPerSecond,
        before.prediction().boundTokensPerSecond(),
        pricePerHourUsd / 3600 / tokensPerSecond * 1e6,
        balancedness,
        rebuilt.contains(slowest)
            ? "stage " + slowest + ", " + built.get(slowest).bottleneck()
            : bottleneckBefore());
  }

  /** The text ends with a device, which may be lost. */
  private String bottleneckBefore() {
    String text = before.prediction().bottleneck();
    String device = text.substring(text.lastIndexOf(' ') + 1);
    String now = standIn.getOrDefault(device, device);
    return text.substring(0, text.length() - device.length()) + now;
  }

  private double pricePerHourUsd(String deviceId) {
    Member member = inventory.member(deviceId);
    return member == null ? Double.NaN : member.device().pricePerHourUsd().value();
  }
}
