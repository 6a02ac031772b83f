package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * How many of its slots each device uses where slots may stay empty.
 *
 * <p>Goal: the slowest device finishes as early as possible when every replica takes the mean load.
 * Method: one slot at a time to the device that would finish first with it, within capacities; for
 * equal loads this is optimal. Complexity: O(N D).
 *
 * <p>Example: six replicas of mean load, speeds 2 and 1: four on the first device, two on the
 * second.
 */
final class SlotSizing {
  private SlotSizing() {}

  /** Sets the sizes for a number of replicas of so many tokens in all; returns their sum. */
  static int run(BalanceProblem problem, double tokens, int replicas, int[] sizes) {
    Arrays.fill(sizes, 0);
    double[] cost = new double[sizes.length];
    for (int d = 0; d < cost.length; d++) {
      cost[d] = problem.fixedSeconds(d) + tokens / replicas / problem.speed(d);
    }
    for (int n = 0; n < replicas; n++) {
      int best = -1;
      for (int d = 0; d < cost.length; d++) {
        if (sizes[d] < problem.slots(d)
            && (best < 0 || (sizes[d] + 1) * cost[d] < (sizes[best] + 1) * cost[best])) {
          best = d;
        }
      }
      if (best < 0) {
        return n;
      }
      sizes[best]++;
    }
    return replicas;
  }
}
