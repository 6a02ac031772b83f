package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Devices of each kind that no pipeline has yet, handed out so that stages lie on few nodes: whole
 * nodes first, parts of a node from the fullest part that suffices, then what is left over. Nodes
 * go by speed, so that slow ones meet in the same pipelines.
 */
final class DeviceStock {
  private final List<List<List<Member>>> nodes = new ArrayList<>();

  DeviceStock(List<DeviceKind> kinds) {
    for (DeviceKind kind : kinds) {
      List<List<Member>> free = new ArrayList<>();
      kind.group().nodes().forEach(node -> free.add(new ArrayList<>(node)));
      free.sort(
          Comparator.comparingInt((List<Member> node) -> -node.size())
              .thenComparingDouble(
                  node -> -node.stream().mapToDouble(Member::speedFactor).average().orElse(0)));
      nodes.add(free);
    }
  }

  /** Takes devices that something else has. */
  void remove(Set<String> deviceIds) {
    nodes.forEach(
        of ->
            of.forEach(node -> node.removeIf(member -> deviceIds.contains(member.device().id()))));
  }

  int left(DeviceKind kind) {
    return nodes.get(kind.index()).stream().mapToInt(List::size).sum();
  }

  /** Takes devices of a kind; null, and nothing taken, when too few are left. */
  @Nullable List<Member> take(DeviceKind kind, int devices) {
    return take(kind, devices, 1);
  }

  /** The same in groups of so many neighbours, none of which spans two nodes. */
  @Nullable List<Member> take(DeviceKind kind, int devices, int groupOf) {
    int groups = nodes.get(kind.index()).stream().mapToInt(node -> node.size() / groupOf).sum();
    if (groups * groupOf < devices) {
      return null;
    }
    List<Member> taken = new ArrayList<>();
    List<List<Member>> free = nodes.get(kind.index());
    while (devices - taken.size() >= kind.perNode()) {
      List<Member> whole = first(free, kind.perNode());
      if (whole == null) {
        break;
      }
      move(whole, kind.perNode(), taken);
    }
    while (taken.size() < devices) {
      int wanted = devices - taken.size();
      List<Member> part = smallest(free, wanted, groupOf);
      move(part, Math.min(wanted, part.size() / groupOf * groupOf), taken);
    }
    taken.sort(Comparator.comparingInt(Member::node));
    return taken;
  }

  private static void move(List<Member> from, int count, List<Member> to) {
    List<Member> head = from.subList(0, count);
    to.addAll(head);
    head.clear();
  }

  private static @Nullable List<Member> first(List<List<Member>> free, int size) {
    for (List<Member> node : free) {
      if (node.size() >= size) {
        return node;
      }
    }
    return null;
  }

  /** The smallest part of at least that size, else the largest part. */
  private static List<Member> smallest(List<List<Member>> free, int wanted, int groupOf) {
    List<Member> best = free.getFirst();
    for (List<Member> node : free) {
      boolean enough = node.size() >= wanted;
      boolean bestEnough = best.size() >= wanted;
      if (enough != bestEnough
          ? enough
          : enough ? node.size() < best.size() : node.size() / groupOf > best.size() / groupOf) {
        best = node;
      }
    }
    return best;
  }

  /** Puts devices back. */
  void give(DeviceKind kind, List<Member> members) {
    List<List<Member>> free = nodes.get(kind.index());
    for (Member member : members) {
      List<Member> home = null;
      for (List<Member> node : free) {
        if (!node.isEmpty() && node.getFirst().node() == member.node()) {
          home = node;
        }
      }
      if (home == null) {
        home = new ArrayList<>();
        free.add(home);
      }
      home.add(member);
    }
  }
}
