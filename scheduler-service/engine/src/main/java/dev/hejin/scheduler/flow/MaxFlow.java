package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * Maximum flow on real capacities (Dinic 1970): shortest ways first, in the order in which edges
 * were added, so that the same graph gives the same flow. Reused: {@link #reset} forgets edges and
 * keeps memory.
 */
final class MaxFlow {
  /** What is below this share of the largest capacity counts as nothing. */
  private static final double NOTHING = 1e-11;

  private int nodes;
  private int edges;
  private int[] head = {};
  private int[] next = {};
  private int[] target = {};
  private double[] left = {};
  private int[] level = {};
  private int[] at = {};
  private int[] queue = {};
  private int[] path = {};
  private double least;

  void reset(int size) {
    nodes = size;
    edges = 0;
    if (head.length < size) {
      head = new int[size];
      level = new int[size];
      at = new int[size];
      queue = new int[size];
      path = new int[size];
    }
    Arrays.fill(head, 0, size, -1);
  }

  /** Returns the id of the edge. */
  int edge(int from, int to, double capacity) {
    if (edges + 2 > target.length) {
      int size = Math.max(64, 2 * target.length);
      next = Arrays.copyOf(next, size);
      target = Arrays.copyOf(target, size);
      left = Arrays.copyOf(left, size);
    }
    add(from, to, capacity);
    add(to, from, 0);
    return edges - 2;
  }

  private void add(int from, int to, double capacity) {
    target[edges] = to;
    left[edges] = capacity;
    next[edges] = head[from];
    head[from] = edges++;
  }

  /** What flows over an edge after {@link #run}. */
  double flow(int edge) {
    return left[edge + 1];
  }

  double run(int source, int sink) {
    double largest = 0;
    for (int e = 0; e < edges; e++) {
      largest = Math.max(largest, left[e]);
    }
    least = largest * NOTHING;
    double total = 0;
    while (levels(source, sink)) {
      System.arraycopy(head, 0, at, 0, nodes);
      for (double more = push(source, sink); more > 0; more = push(source, sink)) {
        total += more;
      }
    }
    return total;
  }

  private boolean levels(int source, int sink) {
    Arrays.fill(level, 0, nodes, -1);
    level[source] = 0;
    int tail = 0;
    queue[tail++] = source;
    for (int i = 0; i < tail && level[sink] < 0; i++) {
      int u = queue[i];
      for (int e = head[u]; e >= 0; e = next[e]) {
        if (left[e] > least && level[target[e]] < 0) {
          level[target[e]] = level[u] + 1;
          queue[tail++] = target[e];
        }
      }
    }
    return level[sink] >= 0;
  }

  /** One way from source to sink along rising levels, without recursion. */
  private double push(int source, int sink) {
    int depth = 0;
    int u = source;
    while (u != sink) {
      int e = at[u];
      while (e >= 0 && !(left[e] > least && level[target[e]] == level[u] + 1)) {
        e = next[e];
      }
      at[u] = e;
      if (e >= 0) {
        path[depth++] = e;
        u = target[e];
      } else if (depth == 0) {
        return 0;
      } else {
        e = path[--depth];
        u = target[e ^ 1];
        at[u] = next[e];
      }
    }
    double bottleneck = Double.POSITIVE_INFINITY;
    for (int i = 0; i < depth; i++) {
      bottleneck = Math.min(bottleneck, left[path[i]]);
    }
    for (int i = 0; i < depth; i++) {
      left[path[i]] -= bottleneck;
      left[path[i] ^ 1] += bottleneck;
    }
    return bottleneck;
  }
}
