package dev.hejin.scheduler.coactivation;

/**
 * For every expert the share of its tokens that each node takes, and the pull of each node on it:
 * tokens of its partners that are there. Kept up to date move by move. Complexity: O(partners x
 * nodes) to set up, O(partners) a move.
 */
final class NodeShares {
  private final Coactivation pairs;
  private final int nodes;
  private final double[] share;
  private final double[] pull;

  NodeShares(Coactivation pairs, int nodes) {
    this.pairs = pairs;
    this.nodes = nodes;
    int cells = pairs.layers() * pairs.experts() * nodes;
    share = new double[cells];
    pull = new double[cells];
  }

  /** Puts a share of an expert on a node, partners' pulls included. */
  void add(int expert, int node, double value) {
    share[expert * nodes + node] += value;
    for (int i = pairs.first(expert); i < pairs.first(expert + 1); i++) {
      pull[pairs.other(i) * nodes + node] += pairs.tokens(i) * value;
    }
  }

  /** Moves a share of an expert from a node to another. Returns the tokens that cross less. */
  double move(int expert, int from, int to, double value) {
    double gain = gain(expert, from, to, value);
    add(expert, from, -value);
    add(expert, to, value);
    return gain;
  }

  /** Tokens that would cross less. */
  double gain(int expert, int from, int to, double value) {
    return value * (pull[expert * nodes + to] - pull[expert * nodes + from]);
  }

  /** Tokens of pairs whose experts meet on different nodes, replicas drawn by their shares. */
  double crossing() {
    double sum = 0;
    for (int e = 0; e < pairs.layers() * pairs.experts(); e++) {
      for (int i = pairs.first(e); i < pairs.first(e + 1); i++) {
        if (pairs.other(i) > e) {
          double together = 0;
          for (int n = 0; n < nodes; n++) {
            together += share[e * nodes + n] * share[pairs.other(i) * nodes + n];
          }
          sum += pairs.tokens(i) * Math.max(0, 1 - together);
        }
      }
    }
    return sum;
  }
}
