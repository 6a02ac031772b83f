package dev.hejin.scheduler.policy.heapgreedy;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Replicates the expert with the highest load for each replica until all replicas are given, then
 * packs replicas, heaviest first, onto the device with the least load and a free slot (longest
 * processing time first: Graham 1969). Devices count as equally fast and share the slots evenly;
 * replicas of an expert take equal shares. This is the method of public balancers for uniform
 * clusters (DeepSeek-V3 report, arXiv 2412.19437, section 3.4), kept as a baseline; unlike some of
 * them it never puts an expert twice on a device.
 */
public final class HeapGreedyPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "heap-greedy";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    int[] limit = limits(problem);
    int[] count = counts(problem, Arrays.stream(limit).sum());
    Integer[] order = new Integer[problem.experts()];
    Arrays.setAll(order, e -> e);
    Arrays.sort(
        order,
        (a, b) -> {
          int heavier = Double.compare(problem.load()[b] / count[b], problem.load()[a] / count[a]);
          return heavier != 0 ? heavier : Integer.compare(a, b);
        });
    double[] loaded = new double[limit.length];
    int[] used = new int[limit.length];
    int[][] hosts = new int[problem.experts()][];
    for (int e : order) {
      hosts[e] = hosts(problem.load()[e] / count[e], count[e], loaded, used, limit);
    }
    return placement(hosts);
  }

  /** Slots of each device: even, as far as memory allows. */
  private static int[] limits(LayerProblem problem) {
    int[] limit = new int[problem.devices()];
    int left = problem.replicas();
    boolean grew = true;
    while (left > 0 && grew) {
      grew = false;
      for (int d = 0; d < limit.length && left > 0; d++) {
        if (limit[d] < Math.min(problem.slots()[d], problem.experts())) {
          limit[d]++;
          left--;
          grew = true;
        }
      }
    }
    return limit;
  }

  private static int[] counts(LayerProblem problem, int replicas) {
    int[] count = new int[problem.experts()];
    Arrays.fill(count, 1);
    double[] load = problem.load();
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
      if (count[e] < problem.devices()) {
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
    for (int replica = 0; replica < count; replica++) {
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

  private static LayerPlacement placement(int[][] hosts) {
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
