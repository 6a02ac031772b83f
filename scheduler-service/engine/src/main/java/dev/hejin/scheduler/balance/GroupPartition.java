package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Divides expert groups among nodes: as many groups on each, the slowest node as fast as can be.
 *
 * <p>Method: largest group first to the node that would finish first, then depth-first search over
 * all assignments, cut where the best so far cannot be bettered; nodes alike are tried once. Exact
 * within its step budget (8 groups on 4 nodes: at most 105 leaves); after that the best found
 * stands, and the bound falls back to mean and largest sums. Complexity: exponential in groups,
 * bounded by the budget.
 */
final class GroupPartition {
  private static final int MAX_STEPS = 20_000;

  private final int groups;
  private final int nodes;
  private final int perNode;
  private final double[] load;
  private final double[] speed;
  private final int[] order;
  private final int[] current;
  private final int[] best;
  private final int[] filled;
  private final double[] sum;
  private final boolean[][] triedAt;
  private double bestTime;
  private double floor;
  private int steps;

  GroupPartition(int groups, int nodes) {
    this.groups = groups;
    this.nodes = nodes;
    perNode = groups / nodes;
    load = new double[groups];
    speed = new double[nodes];
    order = new int[groups];
    current = new int[groups];
    best = new int[groups];
    filled = new int[nodes];
    sum = new double[nodes];
    triedAt = new boolean[groups][nodes];
  }

  void setLoad(int group, double tokens) {
    load[group] = tokens;
  }

  void setSpeed(int node, double tokensPerSecond) {
    speed[node] = tokensPerSecond;
  }

  /** The node of each group. */
  int nodeOf(int group) {
    return best[group];
  }

  /** Seconds that the slowest node needs at least, if its devices level out. */
  double boundSeconds() {
    return steps <= MAX_STEPS ? bestTime : floor;
  }

  void run() {
    double total = 0;
    double capacity = 0;
    double fastest = 0;
    for (int n = 0; n < nodes; n++) {
      capacity += speed[n];
      fastest = Math.max(fastest, speed[n]);
      filled[n] = 0;
      sum[n] = 0;
    }
    for (int g = 0; g < groups; g++) {
      total += load[g];
      int k = g;
      while (k > 0 && load[order[k - 1]] < load[g]) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = g;
    }
    floor = Math.max(Math.max(total / capacity, load[order[0]] / fastest), slowNodes());
    bestTime = Double.POSITIVE_INFINITY;
    steps = 0;
    descend(0, 0);
  }

  /** The slowest nodes hold as many groups as others: at least the lightest ones. */
  private double slowNodes() {
    double[] sorted = speed.clone();
    Arrays.sort(sorted);
    double tokens = 0;
    double together = 0;
    double least = 0;
    int g = groups;
    for (double nodeSpeed : sorted) {
      together += nodeSpeed;
      for (int k = 0; k < perNode; k++) {
        tokens += load[order[--g]];
      }
      least = Math.max(least, tokens / together);
    }
    return least;
  }

  private void descend(int depth, double slowest) {
    if (depth == groups) {
      bestTime = slowest;
      System.arraycopy(current, 0, best, 0, groups);
      return;
    }
    int g = order[depth];
    boolean[] tried = triedAt[depth];
    Arrays.fill(tried, false);
    while (bestTime > floor * (1 + 1e-12)) {
      int node = nextNode(g, tried);
      if (node < 0) {
        return;
      }
      tried[node] = true;
      double time = Math.max(slowest, (sum[node] + load[g]) / speed[node]);
      if (time >= bestTime || ++steps > MAX_STEPS && bestTime < Double.POSITIVE_INFINITY) {
        return;
      }
      sum[node] += load[g];
      filled[node]++;
      current[g] = node;
      descend(depth + 1, time);
      sum[node] -= load[g];
      filled[node]--;
    }
  }

  /** The node not tried, with room, that finishes first; nodes alike one that was tried: none. */
  private int nextNode(int g, boolean[] tried) {
    int found = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int n = 0; n < nodes; n++) {
      if (filled[n] < perNode && !tried[n] && !alike(n, tried)) {
        double time = (sum[n] + load[g]) / speed[n];
        if (time < least) {
          least = time;
          found = n;
        }
      }
    }
    return found;
  }

  private boolean alike(int n, boolean[] tried) {
    for (int k = 0; k < n; k++) {
      if (tried[k] && filled[k] == 0 && filled[n] == 0 && speed[k] == speed[n]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the nodes that groups are on already, if each has as many; {@code slack} is how much
   * slower than the best the slowest node may then be, as a factor.
   */
  void adopt(int[] nodeOfGroup, double slack) {
    Arrays.fill(filled, 0);
    Arrays.fill(sum, 0);
    double slowest = 0;
    for (int g = 0; g < groups; g++) {
      int n = nodeOfGroup[g];
      if (n < 0 || ++filled[n] > perNode) {
        return;
      }
      sum[n] += load[g];
      slowest = Math.max(slowest, sum[n] / speed[n]);
    }
    if (slowest <= bestTime * slack) {
      System.arraycopy(nodeOfGroup, 0, best, 0, groups);
    }
  }
}
