package dev.hejin.scheduler.balance;

import java.util.Arrays;

/** Counts what has to be copied to get from one placement to another. */
final class Moves {
  private Moves() {}

  /** Pairs of device and expert in {@code next} that are not in {@code old}, over all layers. */
  static int count(BalanceProblem problem, int[][] old, int[][] next) {
    int total = 0;
    for (int l = 0; l < next.length; l++) {
      total += of(problem, old[l], next[l]);
    }
    return total;
  }

  /** Pairs of device and expert in {@code next} that are not in {@code old}, in one layer. */
  static int of(BalanceProblem problem, int[] old, int[] next) {
    int total = 0;
    long[] had = new long[(problem.experts() + 63) >>> 6];
    int start = 0;
    for (int d = 0; d < problem.devices(); d++) {
      int end = start + problem.slots(d);
      Arrays.fill(had, 0L);
      for (int s = start; s < end; s++) {
        if (old[s] >= 0) {
          had[old[s] >>> 6] |= 1L << old[s];
        }
      }
      for (int s = start; s < end; s++) {
        int e = next[s];
        if (e >= 0 && (had[e >>> 6] >>> e & 1) == 0) {
          had[e >>> 6] |= 1L << e;
          total++;
        }
      }
      start = end;
    }
    return total;
  }
}
