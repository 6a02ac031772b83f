package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.planner.Inventory.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * One group of devices as the search over pipelines sees it: all alike, as fast as the fastest.
 * Types matter there, not devices.
 *
 * @param index position among the kinds
 * @param group the devices
 * @param fastest a device of highest observed speed
 * @param count devices
 * @param perNode devices of most nodes
 * @param capacityBytes memory of the roomiest device
 */
record DeviceKind(
    int index, Group group, Member fastest, int count, int perNode, long capacityBytes) {
  private static final double GROWTH = 1.15;
  private static final int MOST_SIZES = 12;

  static List<DeviceKind> of(Inventory inventory) {
    List<DeviceKind> kinds = new ArrayList<>();
    for (Group group : inventory.groups()) {
      List<Member> members = group.members();
      Member fastest =
          members.stream().max(Comparator.comparingDouble(Member::speedFactor)).orElseThrow();
      TreeMap<Integer, Integer> sizes = new TreeMap<>();
      group.nodes().forEach(node -> sizes.merge(node.size(), 1, Integer::sum));
      int usual = 0;
      for (var size : sizes.entrySet()) {
        usual =
            usual == 0 || size.getValue() >= sizes.getOrDefault(usual, 0) ? size.getKey() : usual;
      }
      long capacity = members.stream().mapToLong(Member::capacityBytes).max().orElse(0);
      kinds.add(new DeviceKind(kinds.size(), group, fastest, members.size(), usual, capacity));
    }
    return kinds;
  }

  /**
   * A stage of this many devices, all as fast as the fastest, spread evenly over as few nodes as
   * hold them: none of them sends more over the network than any arrangement must.
   */
  DeviceSet set(int devices) {
    return set(devices, 1);
  }

  /** The same whose neighbours divide attention and dense layers between them. */
  DeviceSet set(int devices, int tensorParallel) {
    int nodes = (devices + perNode - 1) / perNode;
    List<Member> members = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      members.add(
          new Member(
              fastest.device(), fastest.rates(), fastest.speedFactor(), d * nodes / devices));
      shares.add(1.0 / devices);
    }
    return new DeviceSet(
        group.type(),
        members,
        shares,
        group.precisions().getFirst(),
        group.expertPrecisions().getFirst(),
        tensorParallel);
  }

  /** Sizes of tensor parallel groups that some node can hold: 1, 2, 4 ... up to the most. */
  List<Integer> tensorSizes(int most) {
    int largest = group.nodes().stream().mapToInt(List::size).max().orElse(1);
    List<Integer> sizes = new ArrayList<>();
    for (int n = 1; n <= Math.min(most, largest); n *= 2) {
      sizes.add(n);
    }
    return sizes;
  }

  /** Whether a stage of this size is built of such groups: none of them spans two nodes. */
  boolean isBuilt(int devices, int tensorParallel) {
    return devices % tensorParallel == 0 && (devices <= perNode || perNode % tensorParallel == 0);
  }

  /** Whether the planner builds stages of this size: whole nodes, or an even part of one. */
  boolean isBuilt(int devices) {
    return devices % perNode == 0 || perNode % devices == 0;
  }

  /** Sizes of stages that the planner builds, ascending. */
  List<Integer> builtSizes() {
    List<Integer> sizes = new ArrayList<>();
    int next = 1;
    for (int n = 1; n <= count && sizes.size() < MOST_SIZES; n++) {
      if (n >= next && isBuilt(n)) {
        sizes.add(n);
        next = n < 2 * perNode ? n + 1 : (int) Math.ceil(n * GROWTH);
      }
    }
    return sizes;
  }
}
