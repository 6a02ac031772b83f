package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with a pipeline that lost devices. In turn: idle devices of the same kind take the place
 * of the lost ones, so that nothing else moves; the survivors go on within the same layers; layers
 * move between the surviving stages, as few as possible. The best of those that fit stays.
 */
final class PipelineRepair {
  private final PlanningContext context;
  private final Inventory inventory;
  private final List<DeviceKind> kinds;
  private final InForce inForce;
  private final List<StagePlacement> stages;
  private final double bound;

  private PipelineRepair(
      PlanningContext context,
      Inventory inventory,
      List<DeviceKind> kinds,
      Placement placement,
      double bound) {
    this.context = context;
    this.inventory = inventory;
    this.kinds = kinds;
    this.inForce = InForce.toMend(placement);
    this.stages = placement.stages();
    this.bound = bound;
  }

  /**
   * The pipeline as it goes on, or null when nothing fits.
   *
   * @param context with the sequences that it is to decode
   * @param stock idle devices; those that it uses are taken from it
   */
  static @Nullable Draft of(
      PlanningContext context,
      Inventory inventory,
      List<DeviceKind> kinds,
      Pipeline pipeline,
      DeviceStock stock,
      double bound) {
    return new PipelineRepair(context, inventory, kinds, pipeline.plan().placement(), bound)
        .best(stock);
  }

  private @Nullable Draft best(DeviceStock stock) {
    List<List<Member>> survivors = new ArrayList<>();
    for (StagePlacement stage : stages) {
      List<Member> left = new ArrayList<>();
      for (String id : stage.deviceIds()) {
        Member member = inventory.member(id);
        if (member != null) {
          left.add(member);
        }
      }
      survivors.add(left);
    }
    Draft whole = refilled(survivors, stock);
    if (whole != null) {
      return whole;
    }
    Draft same = sameLayers(survivors);
    Draft moved = stages.size() > 1 ? movedLayers(survivors) : null;
    return same == null
            || (moved != null
                && moved.prediction().tokensPerSecond()
                    > same.prediction().tokensPerSecond() * (1 + Planner.CHANGE_TOLERANCE))
        ? moved
        : same;
  }

  /** Every stage as large as before; null, and nothing taken, when idle devices do not suffice. */
  private @Nullable Draft refilled(List<List<Member>> survivors, DeviceStock stock) {
    List<List<Member>> filled = new ArrayList<>();
    List<DeviceKind> takenOf = new ArrayList<>();
    List<List<Member>> taken = new ArrayList<>();
    boolean enough = true;
    for (int s = 0; s < stages.size() && enough; s++) {
      List<Member> members = survivors.get(s);
      int missing = stages.get(s).deviceIds().size() - members.size();
      DeviceKind kind = missing == 0 ? null : kind(s, survivors.get(s), stock, missing);
      List<Member> more = kind == null ? null : stock.take(kind, missing);
      if (missing > 0 && (kind == null || more == null)) {
        enough = false;
      } else if (kind != null && more != null) {
        members = inPlace(stages.get(s), more);
        takenOf.add(kind);
        taken.add(more);
      }
      filled.add(members);
    }
    Draft draft = enough ? sameLayers(filled) : null;
    if (draft == null) {
      inForce.standDown();
    }
    for (int i = 0; draft == null && i < taken.size(); i++) {
      stock.give(takenOf.get(i), taken.get(i));
    }
    return draft;
  }

  /** The stage's devices with others in the places of the lost ones, whose experts they get. */
  private List<Member> inPlace(StagePlacement stage, List<Member> more) {
    List<Member> members = new ArrayList<>();
    TreeMap<String, String> places = new TreeMap<>();
    for (String id : stage.deviceIds()) {
      Member member = inventory.member(id);
      if (member == null) {
        member = more.get(places.size());
        places.put(member.device().id(), id);
      }
      members.add(member);
    }
    inForce.stand(places);
    return members;
  }

  /** The kind of the stage's survivors; of a stage without any, one that holds its formats. */
  private @Nullable DeviceKind kind(
      int stage, List<Member> survivors, DeviceStock stock, int missing) {
    for (DeviceKind kind : kinds) {
      boolean suits =
          survivors.isEmpty()
              ? kind.group().precisions().contains(stages.get(stage).precision())
                  && kind.group().expertPrecisions().contains(stages.get(stage).expertPrecision())
              : kind.group() == inventory.groupOf(survivors.getFirst().device().id());
      if (suits && stock.left(kind) >= missing) {
        return kind;
      }
    }
    return null;
  }

  private @Nullable Draft sameLayers(List<List<Member>> members) {
    int[] ends = stages.stream().mapToInt(StagePlacement::endLayer).toArray();
    List<DeviceSet> sets = new ArrayList<>();
    for (int s = 0; s < ends.length; s++) {
      DeviceSet set = set(s, members.get(s));
      if (set == null) {
        return null;
      }
      sets.add(set);
    }
    return Draft.of(context, inForce, new Layout(sets, ends, 0), bound);
  }

  private @Nullable Draft movedLayers(List<List<Member>> members) {
    List<DeviceSet> sets = new ArrayList<>();
    for (int s = 0; s < members.size(); s++) {
      DeviceSet set = set(s, members.get(s));
      if (set != null) {
        sets.add(set);
      }
    }
    if (sets.isEmpty()) {
      return null;
    }
    return Draft.divided(context, inForce, sets, bound);
  }

  /** The devices as a stage in its formats; null when there are none or their types are mixed. */
  private @Nullable DeviceSet set(int stage, List<Member> members) {
    TreeSet<String> types = new TreeSet<>();
    members.forEach(member -> types.add(member.device().type()));
    if (types.size() != 1) {
      return null;
    }
    Group group = inventory.groupOf(members.getFirst().device().id());
    if (group == null || !group.precisions().contains(stages.get(stage).precision())) {
      return null;
    }
    return DeviceSet.of(
        group.type(),
        List.copyOf(members),
        stages.get(stage).precision(),
        stages.get(stage).expertPrecision(),
        context.step(),
        context.batchTokens());
  }
}
