package dev.hejin.scheduler.policy;

import dev.hejin.scheduler.model.LayerPlacement;
import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * What public balancers for uniform clusters do: replicate by a heap, then pack by longest
 * processing time.
 *
 * <p>Method: the expert with the highest load for each replica gets the next replica until all are
 * given; replicas go, heaviest first, to the device with the least load and a free slot (Graham
 * 1969). Devices count as equally fast and share the slots evenly. Complexity: O(E log E + S D) for
 * E experts and S slots on D devices.
 */
public final class GreedyPacking {
  private GreedyPacking() {}

  /**
   * The devices of each expert.
   *
   * @param load of each expert
   * @param slots that each device has
   * @param replicas most slots in use, at least one for each expert
   */
  public static int[][] hosts(double[] load, int[] slots, int replicas) {
    int[] limit = limits(slots, load.length, replicas);
    int[] count = counts(load, limit.length, Arrays.stream(limit).sum());
    Integer[] order = new Integer[load.length];
    Arrays.setAll(order, e -> e);
    Arrays.sort(
        order,
        (a, b) -> {
          int heavier = Double.compare(load[b] / count[b], load[a] / count[a]);
          return heavier != 0 ? heavier : Integer.compare(a, b);
        });
    double[] loaded = new double[limit.length];
    int[] used = new int[limit.length];
    int[][] hosts = new int[load.length][];
    for (int e : order) {
      hosts[e] = hosts(load[e] / count[e], count[e], loaded, used, limit);
    }
    return hosts;
  }

  /** Slots of each device: even, as far as there are. */
  private static int[] limits(int[] slots, int experts, int replicas) {
    int[] limit = new int[slots.length];
    int left = replicas;
    boolean grew = true;
    while (left > 0 && grew) {
      grew = false;
      for (int d = 0; d < limit.length && left > 0; d++) {
        if (limit[d] < Math.min(slots[d], experts)) {
          limit[d]++;
          left--;
          grew = true;
        }
      }
    }
    return limit;
  }

  private static int[] counts(double[] load, int devices, int replicas) {
    int[] count = new int[load.length];
    Arrays.fill(count, 1);
    PriorityQueue<Integer> heaviest =
        new PriorityQueue<>(
            (a, b) -> {
              int heavier = Double.compare(load[b] / count[b], load[a] / count[a]);
              return heavier != 0 ? heavier : Integer.compare(a, b);
            });
    for (int e = 0; e < count.length; e++) {
      heaviest.add(e);
    }
    int left = replicas - count.length;
    while (left > 0 && !heaviest.isEmpty()) {
      int e = heaviest.remove();
      if (count[e] < devices) {
        count[e]++;
        left--;
        heaviest.add(e);
      }
    }
    return count;
  }

  /** Puts up to {@code count} replicas on the least loaded devices, at least one. */
  private static int[] hosts(double weight, int count, double[] loaded, int[] used, int[] limit) {
    int[] chosen = new int[count];
    int placed = 0;
    while (placed < count) {
      int best = -1;
      for (int d = 0; d < limit.length; d++) {
        if (used[d] < limit[d]
            && (best < 0 || loaded[d] < loaded[best])
            && !contains(chosen, placed, d)) {
          best = d;
        }
      }
      if (best < 0) {
        break;
      }
      chosen[placed++] = best;
      used[best]++;
      loaded[best] += weight;
    }
    return Arrays.copyOf(chosen, placed);
  }

  private static boolean contains(int[] values, int length, int value) {
    for (int i = 0; i < length; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  /** Experts on these devices, each divided evenly over its own. */
  public static LayerPlacement evenly(int[][] hosts) {
    int slots = Arrays.stream(hosts).mapToInt(h -> h.length).sum();
    int[] device = new int[slots];
    int[] expert = new int[slots];
    double[] share = new double[slots];
    int slot = 0;
    for (int e = 0; e < hosts.length; e++) {
      for (int host : hosts[e]) {
        device[slot] = host;
        expert[slot] = e;
        share[slot++] = 1.0 / hosts[e].length;
      }
    }
    return new LayerPlacement(device, expert, share);
  }
}
