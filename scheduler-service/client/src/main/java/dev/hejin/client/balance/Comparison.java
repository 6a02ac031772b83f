package dev.hejin.client.balance;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Runs a policy for comparison on a case, layer by layer and, where groups are bound to nodes, node
 * by node. Groups go to nodes heaviest first, each to the lightest node with room, or in order for
 * the static policy. Slots that the policy leaves empty take the first experts in turn, as serving
 * engines do at start.
 */
final class Comparison {
  private final ExpertPolicy policy;
  private final CaseFile given;
  private final int perNode;
  private final int expertsPerNode;
  private final boolean inOrder;

  Comparison(ExpertPolicy policy, CaseFile given) {
    this.policy = policy;
    this.given = given;
    inOrder = policy.name().equals("static");
    perNode = given.slots().length / given.nodes();
    expertsPerNode = given.weights()[0].length / given.nodes();
  }

  int[][] place() {
    int[][] rows = new int[given.weights().length][];
    for (int l = 0; l < rows.length; l++) {
      rows[l] = new int[Arrays.stream(given.slots()).sum()];
      Arrays.fill(rows[l], -1);
      int[][] homes = homes(given.weights()[l]);
      int slot = 0;
      for (int n = 0; n < given.nodes(); n++) {
        slot = node(given.weights()[l], n, homes[n], rows[l], slot);
      }
    }
    return rows;
  }

  /** The experts of each node, ascending. */
  private int[][] homes(double[] loads) {
    int size = loads.length / given.groups();
    int room = given.groups() / given.nodes();
    double[] heavy = new double[given.groups()];
    for (int e = 0; e < loads.length; e++) {
      heavy[e / size] += loads[e];
    }
    Integer[] order = new Integer[given.groups()];
    Arrays.setAll(order, g -> g);
    if (!inOrder) {
      Arrays.sort(order, (a, b) -> Double.compare(heavy[b], heavy[a]));
    }
    int[][] homes = new int[given.nodes()][expertsPerNode];
    double[] loaded = new double[given.nodes()];
    int[] used = new int[given.nodes()];
    for (int i = 0; i < order.length; i++) {
      int best = inOrder ? i / room : -1;
      for (int n = 0; !inOrder && n < given.nodes(); n++) {
        if (used[n] < room && (best < 0 || loaded[n] < loaded[best])) {
          best = n;
        }
      }
      for (int k = 0; k < size; k++) {
        homes[best][used[best] * size + k] = order[i] * size + k;
      }
      loaded[best] += heavy[order[i]];
      used[best]++;
    }
    return homes;
  }

  private int node(double[] loads, int node, int[] experts, int[] row, int firstSlot) {
    int[] slots = Arrays.copyOfRange(given.slots(), node * perNode, (node + 1) * perNode);
    double[] load = Arrays.stream(experts).mapToDouble(e -> loads[e]).toArray();
    double tokens = Arrays.stream(load).sum();
    for (int e = 0; e < load.length; e++) {
      load[e] = tokens > 0 ? load[e] / tokens : 1.0 / load.length;
    }
    double[] tokenSeconds = new double[perNode];
    Arrays.setAll(tokenSeconds, d -> 1 / given.speeds()[node * perNode + d]);
    LayerPlacement placed =
        policy.place(
            new LayerProblem(
                load,
                Math.max(tokens, 1),
                new double[perNode],
                tokenSeconds,
                slots,
                Arrays.stream(slots).sum(),
                null,
                0));
    int[] next = new int[perNode];
    int start = firstSlot;
    for (int d = 0; d < perNode; d++) {
      next[d] = start;
      start += slots[d];
    }
    for (int i = 0; i < placed.slots(); i++) {
      row[next[placed.device(i)]++] = experts[placed.expert(i)];
    }
    fill(row, firstSlot, slots, experts);
    return start;
  }

  private void fill(int[] row, int firstSlot, int[] slots, int[] experts) {
    int turn = 0;
    int start = firstSlot;
    for (int count : slots) {
      for (int s = start; s < start + count; s++) {
        while (row[s] < 0) {
          int expert = experts[turn++ % experts.length];
          if (!contains(row, start, s, expert)) {
            row[s] = expert;
          }
        }
      }
      start += count;
    }
  }

  private static boolean contains(int[] row, int from, int to, int expert) {
    for (int s = from; s < to; s++) {
      if (row[s] == expert) {
        return true;
      }
    }
    return false;
  }
}
