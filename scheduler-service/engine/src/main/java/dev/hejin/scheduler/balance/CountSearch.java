package dev.hejin.scheduler.balance;

/**
 * Moves one replica from an expert to another, packs everything again, and keeps what is better.
 *
 * <p>For small cells, where a single count decides and few exchanges exist. Method: experts with
 * the largest replicas get one more, those whose replicas would stay smallest give one up, in that
 * order; every improvement starts the order afresh. Complexity: the trial limit times one packing
 * with its exchanges.
 */
final class CountSearch {
  private static final int MAX_TRIALS = 400;
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
    double best = keep(cell);
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

  private double keep(Cell cell) {
    System.arraycopy(cell.count, 0, count, 0, cell.experts);
    System.arraycopy(cell.slotExpert, 0, slots, 0, cell.slots);
    return cell.makespan();
  }

  private double attempt(Cell cell, int giver, int taker, double target) {
    System.arraycopy(count, 0, cell.count, 0, cell.experts);
    cell.count[giver]--;
    cell.count[taker]++;
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
