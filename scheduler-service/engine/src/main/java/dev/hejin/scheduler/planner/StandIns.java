package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Idle devices that take the places of lost ones that they are equal to: of the same group, with
 * the rates of a survivor that had the lost one's share of the tokens, and no less memory. What a
 * stage lost of one node comes from one node again.
 */
final class StandIns {
  private final Inventory inventory;
  private final Map<String, DeviceMemory> memoryBefore;
  private final TreeSet<String> busy = new TreeSet<>();

  /**
   * Who is in a stage now.
   *
   * @param members survivors and stand-ins, in the order of the stage
   * @param places lost device of each stand-in
   * @param isWhole whether nothing but names differs: each lost device has a stand-in, and as many
   *     devices meet on each node
   */
  record Filled(List<Member> members, Map<String, String> places, boolean isWhole) {}

  /**
   * @param inForce whose devices are not idle
   * @param memoryBefore memory of each of its devices
   */
  StandIns(Inventory inventory, Placement inForce, Map<String, DeviceMemory> memoryBefore) {
    this.inventory = inventory;
    this.memoryBefore = memoryBefore;
    inForce.stages().forEach(stage -> busy.addAll(stage.deviceIds()));
  }

  /** Fills a stage as far as idle devices suffice; they are idle no more. */
  Filled fill(StagePlacement stage) {
    List<@Nullable Member> places = new ArrayList<>();
    Map<String, List<Integer>> lost = new LinkedHashMap<>();
    TreeSet<Integer> nodes = new TreeSet<>();
    TreeSet<String> left = new TreeSet<>();
    Group group = null;
    for (int d = 0; d < stage.deviceIds().size(); d++) {
      String id = stage.deviceIds().get(d);
      Member member = inventory.member(id);
      places.add(member);
      if (member == null) {
        lost.computeIfAbsent(Device.nodeOf(id), n -> new ArrayList<>()).add(d);
      } else {
        group = group == null ? inventory.groupOf(id) : group;
        nodes.add(member.node());
        left.add(Device.nodeOf(id));
      }
    }
    if (group != null && !suits(group, stage)) {
      group = null;
    }
    Map<String, String> standIns = new TreeMap<>();
    boolean whole =
        lost.isEmpty() || group != null && lost.keySet().stream().noneMatch(left::contains);
    for (List<Integer> together : lost.values()) {
      List<Member> found = group == null ? null : find(group, stage, places, together);
      whole &= found != null && nodes.add(found.getFirst().node());
      for (int i = 0; found != null && i < found.size(); i++) {
        places.set(together.get(i), found.get(i));
        standIns.put(found.get(i).device().id(), stage.deviceIds().get(together.get(i)));
        busy.add(found.get(i).device().id());
      }
    }
    List<Member> members = new ArrayList<>();
    for (Member member : places) {
      if (member != null) {
        members.add(member);
      }
    }
    return new Filled(List.copyOf(members), standIns, whole);
  }

  private static boolean suits(Group group, StagePlacement stage) {
    return group.precisions().contains(stage.precision())
        && group.expertPrecisions().contains(stage.expertPrecision());
  }

  /** Idle devices of one node for places of the stage; of nodes that suffice, the least idle. */
  private @Nullable List<Member> find(
      Group group, StagePlacement stage, List<@Nullable Member> places, List<Integer> lost) {
    List<Member> best = null;
    int least = Integer.MAX_VALUE;
    for (List<Member> node : group.nodes()) {
      List<Member> idle =
          node.stream().filter(member -> !busy.contains(member.device().id())).toList();
      if (idle.size() < lost.size() || idle.size() >= least) {
        continue;
      }
      List<Member> found = matched(idle, stage, places, lost);
      if (found != null) {
        best = found;
        least = idle.size();
      }
    }
    return best;
  }

  private @Nullable List<Member> matched(
      List<Member> idle, StagePlacement stage, List<@Nullable Member> places, List<Integer> lost) {
    List<Member> found = new ArrayList<>();
    for (int d : lost) {
      Member like = survivor(stage, places, d);
      DeviceMemory memory = memoryBefore.get(stage.deviceIds().get(d));
      for (int i = 0; like != null && memory != null && i < idle.size(); i++) {
        Member candidate = idle.get(i);
        if (!found.contains(candidate)
            && candidate.capacityBytes() >= memory.capacityBytes()
            && isEqual(candidate.rates(), like.rates(), stage)) {
          found.add(candidate);
          break;
        }
      }
    }
    return found.size() == lost.size() ? found : null;
  }

  /** A survivor as fast as the lost device: one with as many tokens. */
  private @Nullable Member survivor(StagePlacement stage, List<@Nullable Member> places, int lost) {
    double share = stage.tokenShares().get(lost);
    for (int d = 0; d < places.size(); d++) {
      Member member = places.get(d);
      if (member != null
          && member.device().id().equals(stage.deviceIds().get(d))
          && stage.tokenShares().get(d) == share) {
        return member;
      }
    }
    return null;
  }

  private static boolean isEqual(DeviceRates a, DeviceRates b, StagePlacement stage) {
    return a.opsPerSecond(stage.precision()) == b.opsPerSecond(stage.precision())
        && a.opsPerSecond(stage.expertPrecision()) == b.opsPerSecond(stage.expertPrecision())
        && a.coreOpsPerSecond() == b.coreOpsPerSecond()
        && a.memoryBytesPerSecond() == b.memoryBytesPerSecond()
        && a.linkBytesPerSecond() == b.linkBytesPerSecond()
        && a.networkBytesPerSecond() == b.networkBytesPerSecond()
        && a.scale().equals(b.scale());
  }
}
