package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Tries other replica counts, packs everything again, and keeps what is better.
 *
 * <p>For small cells, where a single count decides and few exchanges exist. Method: first fewer
 * replicas of the heaviest experts, for every number of replicas between none and all that they
 * have; the others go to the experts next in weight. Smallest replicas are not always best: two
 * heavy experts on five and three of eight devices never meet, on six and four they do. Then one
 * replica at a time from an expert to another: experts with the largest replicas get one more,
 * those whose replicas would stay smallest give one up, in that order; every improvement starts the
 * order afresh. Complexity: the trial limit times one packing with its exchanges.
 */
final class CountSearch {
  private static final int MAX_TRIALS = 400;
  private static final int MAX_LEVELS = 32;
  private static final int WORK = 40_000;
  private static final int SWAPS = 60;

  private final Packing packing;
  private final SwapSearch swaps;
  private final int[] count;
  private final int[] slots;
  private final int[] givers;
  private final int[] takers;
  private final double[] key;

  CountSearch(Packing packing, SwapSearch swaps, int maxExperts, int maxSlots) {
    this.packing = packing;
    this.swaps = swaps;
    count = new int[maxExperts];
    slots = new int[maxSlots];
    givers = new int[maxExperts];
    takers = new int[maxExperts];
    key = new double[maxExperts];
  }

  /** Leaves the cell at the best placement found, never a slower one than it came with. */
  void run(Cell cell, double target) {
    double best = cautious(cell, target, keep(cell));
    int trials = Math.min(MAX_TRIALS, WORK / cell.slots);
    boolean found = true;
    while (found && trials > 0 && best > target) {
      found = false;
      int gives = sort(cell, givers, -1);
      int takes = sort(cell, takers, 1);
      for (int sum = 0; sum < gives + takes - 1 && !found && trials > 0; sum++) {
        for (int g = Math.max(0, sum - takes + 1); g <= Math.min(sum, gives - 1); g++) {
          int giver = givers[g];
          int taker = takers[sum - g];
          if (giver == taker || trials-- <= 0) {
            continue;
          }
          double now = attempt(cell, giver, taker, target);
          if (now < best * (1 - 1e-9)) {
            best = keep(cell);
            found = true;
            break;
          }
        }
      }
      System.arraycopy(count, 0, cell.count, 0, cell.experts);
    }
    cell.restore(slots);
  }

  /** Fewer replicas of the heaviest experts; returns the best time, its placement kept. */
  private double cautious(Cell cell, double target, double reached) {
    int extra = cell.slots - cell.experts;
    int stride = 1 + extra / MAX_LEVELS;
    double best = reached;
    for (int heavy = extra - stride; heavy >= 0 && best > target; heavy -= stride) {
      Arrays.fill(cell.count, 0, cell.experts, 1);
      double largest = give(cell, heavy, cell.devices);
      for (int e = 0; e < cell.experts; e++) {
        givers[e] = cell.count[e];
      }
      if (largest >= best * fastest(cell) || !giveOthers(cell, extra - heavy)) {
        continue;
      }
      double now = pack(cell, target);
      if (now < best * (1 - 1e-9)) {
        best = keep(cell);
      }
    }
    return best;
  }

  private static double fastest(Cell cell) {
    double most = 0;
    for (int d = 0; d < cell.devices; d++) {
      most = Math.max(most, cell.speed[d]);
    }
    return most;
  }

  /** Gives replicas to the experts whose replicas are largest; returns the largest after that. */
  private static double give(Cell cell, int replicas, int most) {
    for (int n = 0; ; n++) {
      int top = -1;
      for (int e = 0; e < cell.experts; e++) {
        if (top < 0 || cell.weight[e] * cell.count[top] > cell.weight[top] * cell.count[e]) {
          top = e;
        }
      }
      if (n == replicas || cell.count[top] >= most) {
        return cell.weight[top] / cell.count[top];
      }
      cell.count[top]++;
    }
  }

  /** Gives the replicas left to experts that have one; false when they cannot take them. */
  private boolean giveOthers(Cell cell, int replicas) {
    for (int n = 0; n < replicas; n++) {
      int top = -1;
      for (int e = 0; e < cell.experts; e++) {
        if (givers[e] == 1
            && cell.count[e] < cell.devices
            && (top < 0 || cell.weight[e] * cell.count[top] > cell.weight[top] * cell.count[e])) {
          top = e;
        }
      }
      if (top < 0) {
        return false;
      }
      cell.count[top]++;
    }
    return true;
  }

  private double keep(Cell cell) {
    System.arraycopy(cell.count, 0, count, 0, cell.experts);
    System.arraycopy(cell.slotExpert, 0, slots, 0, cell.slots);
    return cell.makespan();
  }

  private double attempt(Cell cell, int giver, int taker, double target) {
    System.arraycopy(count, 0, cell.count, 0, cell.experts);
    cell.count[giver]--;
    cell.count[taker]++;
    return pack(cell, target);
  }

  private double pack(Cell cell, double target) {
    double largest = 0;
    for (int e = 0; e < cell.experts; e++) {
      cell.share[e] = cell.weight[e] / cell.count[e];
      largest = Math.max(largest, cell.share[e]);
    }
    packing.run(cell, largest);
    swaps.run(cell, target, SWAPS);
    return cell.makespan();
  }

  /** Experts that may change by {@code change}: largest share first, or smallest share to come. */
  private int sort(Cell cell, int[] into, int change) {
    int n = 0;
    for (int e = 0; e < cell.experts; e++) {
      int c = count[e];
      if (change > 0 ? c >= cell.devices : c < 2) {
        continue;
      }
      key[e] = change > 0 ? -cell.weight[e] / c : cell.weight[e] / (c - 1);
      int k = n++;
      while (k > 0 && key[into[k - 1]] > key[e]) {
        into[k] = into[k - 1];
        k--;
      }
      into[k] = e;
    }
    return n;
  }
}
