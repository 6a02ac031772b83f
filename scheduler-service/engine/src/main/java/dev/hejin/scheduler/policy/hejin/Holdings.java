package dev.hejin.scheduler.policy.hejin;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * What devices hold, as one row of slots. A device may hold more than its slots: then the replicas
 * that are missed least stay out, redundant ones with the fewest tokens first, else those with the
 * fewest tokens.
 */
final class Holdings {
  private static final int EMPTY = -1;

  private Holdings() {}

  /** How many experts each device holds within its slots. */
  static int[] counts(LayerProblem problem, LayerPlacement held, int[] slots) {
    int[] counts = new int[slots.length];
    for (int i = 0; i < held.slots(); i++) {
      int d = held.device(i);
      counts[d] += held.expert(i) < problem.experts() && counts[d] < slots[d] ? 1 : 0;
    }
    return counts;
  }

  /** The row, in device order; empty slots are -1. */
  static int[] row(LayerProblem problem, LayerPlacement held, int[] slots) {
    int experts = problem.experts();
    boolean[] kept = new boolean[held.slots()];
    int[] count = new int[experts];
    int[] used = new int[slots.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = held.expert(i) < experts;
      if (kept[i]) {
        count[held.expert(i)]++;
        used[held.device(i)]++;
      }
    }
    for (int d = 0; d < slots.length; d++) {
      while (used[d] > slots[d]) {
        int out = leastMissed(problem, held, kept, count, d);
        kept[out] = false;
        count[held.expert(out)]--;
        used[d]--;
      }
    }
    int[] next = new int[slots.length];
    for (int d = 1; d < slots.length; d++) {
      next[d] = next[d - 1] + slots[d - 1];
    }
    int[] row = new int[Arrays.stream(slots).sum()];
    Arrays.fill(row, EMPTY);
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        row[next[held.device(i)]++] = held.expert(i);
      }
    }
    return row;
  }

  private static int leastMissed(
      LayerProblem problem, LayerPlacement held, boolean[] kept, int[] count, int device) {
    int best = -1;
    boolean bestRedundant = false;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < kept.length; i++) {
      if (!kept[i] || held.device(i) != device) {
        continue;
      }
      boolean redundant = count[held.expert(i)] > 1;
      double tokens = problem.load()[held.expert(i)] * held.share(i);
      if (best < 0 || redundant && !bestRedundant || redundant == bestRedundant && tokens < least) {
        best = i;
        bestRedundant = redundant;
        least = tokens;
      }
    }
    return best;
  }
}
