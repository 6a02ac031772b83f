package dev.hejin.scheduler.policy.hierarchical;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.GreedyPacking;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Groups of experts to nodes first, then replicas and packing within each node, so that a token
 * whose routing is limited to few groups crosses to few nodes.
 *
 * <p>Method: groups, heaviest first, go to the node with room for them that has the least load for
 * each device; then {@link GreedyPacking} within the node, with its part of the replicas. Where
 * groups cannot be kept whole (no groups, one node, or too little room on the nodes) it packs all
 * devices as one node. Source: hierarchical load balancing of DeepSeek's EPLB and of the
 * DeepSeek-V3 report, arXiv 2412.19437. Complexity: O(G N + E log E + S D) for G groups on N nodes.
 */
public final class HierarchicalPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "hierarchical";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    int nodes = Arrays.stream(problem.node()).max().orElse(0) + 1;
    int[] home = nodes == 1 || problem.groups() == 1 ? null : homes(problem, nodes);
    if (home == null) {
      return GreedyPacking.evenly(
          GreedyPacking.hosts(problem.load(), problem.slots(), problem.replicas()));
    }
    int size = problem.experts() / problem.groups();
    int[][] hosts = new int[problem.experts()][];
    for (int n = 0; n < nodes; n++) {
      int node = n;
      int[] devices =
          indices(problem.devices(), d -> problem.node()[d] == node && problem.slots()[d] > 0);
      int[] experts = indices(problem.experts(), e -> home[e / size] == node);
      if (experts.length > 0) {
        within(problem, devices, experts, hosts);
      }
    }
    return GreedyPacking.evenly(hosts);
  }

  private static void within(LayerProblem problem, int[] devices, int[] experts, int[][] hosts) {
    double[] load = Arrays.stream(experts).mapToDouble(e -> problem.load()[e]).toArray();
    int[] slots = Arrays.stream(devices).map(d -> problem.slots()[d]).toArray();
    int replicas = (int) ((long) problem.replicas() * experts.length / problem.experts());
    int[][] local = GreedyPacking.hosts(load, slots, Math.max(experts.length, replicas));
    for (int e = 0; e < experts.length; e++) {
      hosts[experts[e]] = Arrays.stream(local[e]).map(d -> devices[d]).toArray();
    }
  }

  /** The node of each group, or null when they do not fit. */
  private static int @Nullable [] homes(LayerProblem problem, int nodes) {
    int groups = problem.groups();
    int size = problem.experts() / groups;
    int[] room = new int[nodes];
    int[] devices = new int[nodes];
    for (int d = 0; d < problem.devices(); d++) {
      room[problem.node()[d]] += Math.min(problem.slots()[d], problem.experts());
      devices[problem.node()[d]]++;
    }
    double[] heavy = new double[groups];
    for (int e = 0; e < problem.experts(); e++) {
      heavy[e / size] += problem.load()[e];
    }
    Integer[] order = new Integer[groups];
    Arrays.setAll(order, g -> g);
    Arrays.sort(order, (a, b) -> Double.compare(heavy[b], heavy[a]));
    double[] loaded = new double[nodes];
    int[] home = new int[groups];
    for (int g : order) {
      int best = -1;
      for (int n = 0; n < nodes; n++) {
        if (room[n] >= size
            && (best < 0
                || (loaded[n] + heavy[g]) / devices[n]
                    < (loaded[best] + heavy[g]) / devices[best])) {
          best = n;
        }
      }
      if (best < 0) {
        return null;
      }
      home[g] = best;
      loaded[best] += heavy[g];
      room[best] -= size;
    }
    return home;
  }

  private static int[] indices(int end, IntPredicate which) {
    return IntStream.range(0, end).filter(which).toArray();
  }
}
