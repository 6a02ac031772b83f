package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.List;

/**
 * Ways to use a group of devices: how many of its nodes, as how many stages of whole nodes. Where
 * some devices are observed to run at less than {@link #LAGGARD} of the group's median speed,
 * leaving those out is an option too.
 */
final class StageOptions {
  /** Below this part of its group's median speed factor a device may be left out. */
  static final double LAGGARD = 0.6;

  private StageOptions() {}

  /** Options of each group, each a list of stages; the first uses all nodes as one stage. */
  static List<List<List<DeviceSet>>> of(
      PlanningContext context, Inventory inventory, int mostChoices) {
    List<List<List<DeviceSet>>> full = new ArrayList<>();
    List<List<List<DeviceSet>>> few = new ArrayList<>();
    for (Group group : inventory.groups()) {
      full.add(options(context, group, true));
      few.add(options(context, group, false));
    }
    return choices(full) <= mostChoices ? full : few;
  }

  /** Number of choices of one option, or none, for each group. */
  static double choices(List<List<List<DeviceSet>>> options) {
    return options.stream().mapToDouble(each -> each.size() + 1).reduce(1, (a, b) -> a * b);
  }

  private static List<List<DeviceSet>> options(
      PlanningContext context, Group group, boolean fewerNodes) {
    List<List<DeviceSet>> options = new ArrayList<>();
    int nodes = group.nodes().size();
    for (int used = nodes; used >= 1; used = fewerNodes ? used / 2 : 0) {
      for (int parts : parts(used, fewerNodes)) {
        options.add(stages(context, group, group.nodes().subList(0, used), parts));
      }
    }
    List<List<Member>> quick = withoutLaggards(group);
    if (!quick.isEmpty()) {
      for (int parts : parts(quick.size(), false)) {
        options.add(stages(context, group, quick, parts));
      }
    }
    return options;
  }

  /** 1, 2, 4 ... and the number of nodes; or only 1 and the number of nodes. */
  private static List<Integer> parts(int nodes, boolean all) {
    List<Integer> parts = new ArrayList<>();
    parts.add(1);
    for (int n = 2; all && n < nodes; n *= 2) {
      parts.add(n);
    }
    if (nodes > 1) {
      parts.add(nodes);
    }
    return parts;
  }

  private static List<DeviceSet> stages(
      PlanningContext context, Group group, List<List<Member>> nodes, int parts) {
    List<DeviceSet> stages = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = part * nodes.size() / parts;
      int to = (part + 1) * nodes.size() / parts;
      List<Member> members = nodes.subList(from, to).stream().flatMap(List::stream).toList();
      stages.add(
          DeviceSet.of(
              group.type(),
              members,
              group.precisions().getFirst(),
              group.expertPrecisions().getFirst(),
              context.step(),
              context.batchTokens()));
    }
    return stages;
  }

  /** The nodes without slow devices; empty when there are none. */
  private static List<List<Member>> withoutLaggards(Group group) {
    double[] factors = group.members().stream().mapToDouble(Member::speedFactor).sorted().toArray();
    double limit = LAGGARD * factors[factors.length / 2];
    if (factors[0] >= limit) {
      return List.of();
    }
    return group.nodes().stream()
        .map(node -> node.stream().filter(m -> m.speedFactor() >= limit).toList())
        .filter(node -> !node.isEmpty())
        .toList();
  }
}
