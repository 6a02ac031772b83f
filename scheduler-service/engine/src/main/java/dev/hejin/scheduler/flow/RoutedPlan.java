package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * How a flow scheduler routes requests over a plan: at each device to the next one in turn by the
 * flow of the links (interleaved weighted round robin), only to devices whose KV cache has room.
 * Links with less than a twentieth of a device's flow are not used.
 */
final class RoutedPlan {
  private static final double LEAST_SHARE = 0.05;

  final double tokensPerSecond;

  /** Links of node i are first[i] to first[i + 1] - 1; node n is the coordinator. */
  final int[] first;

  final int[] to;
  final double[] weight;
  private final double[] load;

  RoutedPlan(StageProblem problem, PlanFlow flow, int[] start, int[] end) {
    int n = problem.devices();
    tokensPerSecond = flow.of(start, end);
    double[] total = new double[n + 1];
    for (int l = 0; l < flow.links(); l++) {
      total[flow.from(l)] += flow.linkFlow(l);
    }
    first = new int[n + 2];
    for (int l = 0; l < flow.links(); l++) {
      if (used(flow, l, total)) {
        first[flow.from(l) + 1]++;
      }
    }
    for (int i = 0; i <= n; i++) {
      first[i + 1] += first[i];
    }
    to = new int[first[n + 1]];
    weight = new double[to.length];
    load = new double[to.length];
    int[] at = Arrays.copyOf(first, n + 1);
    for (int l = flow.links() - 1; l >= 0; l--) {
      if (used(flow, l, total)) {
        int link = at[flow.from(l)]++;
        to[link] = flow.to(l);
        weight[link] = flow.linkFlow(l);
      }
    }
  }

  private static boolean used(PlanFlow flow, int link, double[] total) {
    double tokens = flow.linkFlow(link);
    return tokens > 0 && tokens >= LEAST_SHARE * total[flow.from(link)];
  }

  /**
   * Chooses the next link of a node.
   *
   * @param free KV room of each device, tokens times layers
   * @param need of a request on each device, times {@code tokens}: its layers
   * @return the link, or -1 when every next device is full
   */
  int choose(int node, double work, double tokens, double[] free, int[] need) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int link = first[node]; link < first[node + 1]; link++) {
      int device = to[link];
      boolean room = device >= need.length || free[device] >= tokens * need[device];
      double after = load[link] + work / weight[link];
      if (room && after < least) {
        least = after;
        best = link;
      }
    }
    return best;
  }

  void charge(int link, double work) {
    load[link] += work / weight[link];
  }
}
