package dev.hejin.client.balance;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Runs a policy for comparison on a case, layer by layer and, where groups are bound to nodes, node
 * by node: groups go to nodes in order. Slots that the policy leaves empty take experts 0, 1, 2, ..
 * in turn, as serving engines do at start.
 */
final class Comparison {
  private final ExpertPolicy policy;
  private final CaseFile given;
  private final int perNode;
  private final int expertsPerNode;

  Comparison(ExpertPolicy policy, CaseFile given) {
    this.policy = policy;
    this.given = given;
    perNode = given.slots().length / given.nodes();
    expertsPerNode = given.weights()[0].length / given.nodes();
  }

  int[][] place() {
    int[][] rows = new int[given.weights().length][];
    for (int l = 0; l < rows.length; l++) {
      rows[l] = new int[Arrays.stream(given.slots()).sum()];
      Arrays.fill(rows[l], -1);
      int slot = 0;
      for (int n = 0; n < given.nodes(); n++) {
        slot = node(given.weights()[l], n, rows[l], slot);
      }
    }
    return rows;
  }

  private int node(double[] loads, int node, int[] row, int firstSlot) {
    int[] slots = Arrays.copyOfRange(given.slots(), node * perNode, (node + 1) * perNode);
    int base = node * expertsPerNode;
    double[] load = Arrays.copyOfRange(loads, base, base + expertsPerNode);
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
      row[next[placed.device(i)]++] = base + placed.expert(i);
    }
    fill(row, firstSlot, slots, base);
    return start;
  }

  private void fill(int[] row, int firstSlot, int[] slots, int base) {
    int turn = 0;
    int start = firstSlot;
    for (int count : slots) {
      for (int s = start; s < start + count; s++) {
        while (row[s] < 0) {
          int expert = base + turn++ % expertsPerNode;
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
