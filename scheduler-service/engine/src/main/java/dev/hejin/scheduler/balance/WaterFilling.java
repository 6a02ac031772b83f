package dev.hejin.scheduler.balance;

/**
 * Divides the tokens of each expert among its replicas so that device times level out.
 *
 * <p>Goal: least time of the slowest device for a given placement. Method: one expert at a time,
 * its tokens are poured like water onto the devices that hold it, lowest time first; repeated over
 * all experts with several replicas. Each pour is the exact minimum of the sum of speed * time^2
 * over that expert's shares, and this sum is convex over a product of simplices, so that the
 * repetition converges to the division that levels times as far as the placement lets it, which
 * also has the fastest slowest device. Complexity: O(P c^2) a sweep, P replicas, c per expert.
 */
final class WaterFilling {
  private static final int MAX_SWEEPS = 400;

  private final int[] first;
  private final int[] slots;
  private final int[] deviceOf;
  private final double[] low;

  WaterFilling(int maxExperts, int maxSlots) {
    first = new int[maxExperts + 1];
    slots = new int[maxSlots];
    deviceOf = new int[maxSlots];
    low = new double[maxSlots];
  }

  /** Sets the slot loads and times of the cell. */
  void run(Cell cell, double target) {
    index(cell);
    double last = cell.makespan();
    for (int sweep = 0; sweep < MAX_SWEEPS && last > target; sweep++) {
      for (int e = 0; e < cell.experts; e++) {
        if (first[e + 1] - first[e] > 1 && cell.weight[e] > 0) {
          pour(cell, e);
        }
      }
      if (sweep % 16 == 15) {
        double now = cell.makespan();
        if (now > last * (1 - 1e-7)) {
          break;
        }
        last = now;
      } else if (cell.makespan() <= target) {
        break;
      }
    }
    settle(cell);
  }

  private void index(Cell cell) {
    int n = cell.experts;
    for (int e = 0; e <= n; e++) {
      first[e] = 0;
    }
    for (int s = 0; s < cell.slots; s++) {
      first[cell.slotExpert[s] + 1]++;
    }
    for (int e = 0; e < n; e++) {
      first[e + 1] += first[e];
    }
    for (int d = 0; d < cell.devices; d++) {
      for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
        int e = cell.slotExpert[s];
        int at = first[e]++;
        slots[at] = s;
        deviceOf[at] = d;
      }
    }
    for (int e = n; e > 0; e--) {
      first[e] = first[e - 1];
    }
    first[0] = 0;
  }

  private void pour(Cell cell, int e) {
    int from = first[e];
    int to = first[e + 1];
    for (int k = from; k < to; k++) {
      int d = deviceOf[k];
      low[k] = cell.time[d] - cell.slotLoad[slots[k]] * cell.inverse[d];
    }
    double level = level(cell, e, from, to);
    for (int k = from; k < to; k++) {
      int d = deviceOf[k];
      double load = Math.max(0, (level - low[k]) * cell.speed[d]);
      cell.slotLoad[slots[k]] = load;
      cell.time[d] = low[k] + load * cell.inverse[d];
    }
  }

  private double level(Cell cell, int e, int from, int to) {
    double below = Double.POSITIVE_INFINITY;
    while (true) {
      double sum = cell.weight[e];
      double capacity = 0;
      for (int k = from; k < to; k++) {
        if (low[k] < below) {
          double v = cell.speed[deviceOf[k]];
          capacity += v;
          sum += low[k] * v;
        }
      }
      double level = sum / capacity;
      boolean settled = true;
      for (int k = from; k < to; k++) {
        settled &= low[k] <= level || low[k] >= below;
      }
      if (settled) {
        return level;
      }
      below = level;
    }
  }

  /** Makes the shares add up exactly, and the times what the shares say. */
  private void settle(Cell cell) {
    for (int e = 0; e < cell.experts; e++) {
      double sum = 0;
      for (int k = first[e]; k < first[e + 1]; k++) {
        sum += cell.slotLoad[slots[k]];
      }
      double factor = sum > 0 ? cell.weight[e] / sum : 1;
      for (int k = first[e]; k < first[e + 1]; k++) {
        cell.slotLoad[slots[k]] *= factor;
      }
    }
    cell.retime();
  }
}
