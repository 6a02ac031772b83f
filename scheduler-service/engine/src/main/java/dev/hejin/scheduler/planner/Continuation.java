package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layouts that go on from the placement in force: its stages with the devices that are still
 * usable. Best first: the same boundaries; the same stages with boundaries moved as little as
 * possible.
 */
final class Continuation {
  private Continuation() {}

  static List<Layout> layouts(
      PlanningContext context, InForce inForce, Inventory inventory, LayoutSearch search) {
    List<StagePlacement> stages = inForce.placement().stages();
    List<DeviceSet> sets = new ArrayList<>();
    int[] ends = new int[stages.size()];
    for (int s = 0; s < ends.length; s++) {
      ends[s] = stages.get(s).endLayer();
      DeviceSet set = survivors(context, stages.get(s), inventory);
      if (set != null) {
        sets.add(set);
      }
    }
    if (sets.isEmpty()) {
      return List.of();
    }
    List<Layout> layouts = new ArrayList<>();
    if (sets.size() == ends.length) {
      layouts.add(new Layout(sets, ends, 0));
    }
    Layout moved = search.layout(sets, inForce);
    if (moved != null) {
      layouts.add(moved);
    }
    return layouts;
  }

  /** The stage's usable devices in their order; null when none is left or types are mixed. */
  static @Nullable DeviceSet survivors(
      PlanningContext context, StagePlacement stage, Inventory inventory) {
    List<Member> members = new ArrayList<>();
    for (String id : stage.deviceIds()) {
      Member member = inventory.member(id);
      if (member != null) {
        members.add(member);
      }
    }
    return set(context, stage, inventory, members);
  }

  /** Devices as that stage, in its formats where they may; null when none or of mixed types. */
  static @Nullable DeviceSet set(
      PlanningContext context, StagePlacement stage, Inventory inventory, List<Member> members) {
    Group group = null;
    for (Member member : members) {
      Group its = inventory.groupOf(member.device().id());
      if (group != null && its != group) {
        return null;
      }
      group = its;
    }
    if (group == null) {
      return null;
    }
    boolean dense = group.precisions().contains(stage.precision());
    boolean experts = group.expertPrecisions().contains(stage.expertPrecision());
    return DeviceSet.of(
        group.type(),
        members,
        dense ? stage.precision() : group.precisions().getFirst(),
        experts ? stage.expertPrecision() : group.expertPrecisions().getFirst(),
        context.step(),
        context.batchTokens());
  }
}
