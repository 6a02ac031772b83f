package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * How many replicas each expert gets so that the largest replica is smallest.
 *
 * <p>Goal: minimise the largest load per replica. Hard constraints: at least one replica of each
 * expert, at most one on each device. Method: give one replica at a time to the expert whose
 * replicas are largest, kept in a binary heap; the greedy choice is optimal for this goal. Only
 * experts that can ever be on top enter the heap, and most replicas are given at once, by halving.
 * Complexity: O(E + R log R) for R extra replicas. Source: resource allocation with concave gains,
 * Fox 1966; the same rule as DeepSeek's EPLB.
 */
final class Replication {
  private static final int HALVINGS = 7;

  private final double[] key;
  private final int[] heap;
  private int size;

  Replication(int maxExperts) {
    key = new double[maxExperts];
    heap = new int[maxExperts + 1];
  }

  /**
   * Sets the counts and shares of the cell, adding up to its slots where experts allow. Returns the
   * largest share, in tokens.
   */
  double run(Cell cell) {
    int extra = cell.slots - cell.experts;
    Arrays.fill(cell.count, 0, cell.experts, 1);
    System.arraycopy(cell.weight, 0, cell.share, 0, cell.experts);
    if (extra > 0 && cell.devices > 1) {
      // The largest replica ends at or above the mean: lighter experts keep one replica, unless
      // heavier ones stop at one replica per device.
      enlist(cell, cell.total / cell.slots);
      int left = spend(cell, extra - leap(cell, extra));
      if (left > 0) {
        enlist(cell, -1);
        heapify();
        spend(cell, left);
      }
    }
    double most = 0;
    for (int e = 0; e < cell.experts; e++) {
      most = Math.max(most, cell.share[e]);
    }
    return most;
  }

  private void enlist(Cell cell, double above) {
    size = 0;
    for (int e = 0; e < cell.experts; e++) {
      if (cell.weight[e] > above && cell.count[e] < cell.devices) {
        key[e] = cell.share[e];
        heap[size++] = e;
      }
    }
  }

  private void heapify() {
    for (int i = (size >>> 1) - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /**
   * Replicas that every expert has in the end, all at once: those that bring each share under a
   * size for which the slots are known to suffice, found by halving. Returns their number.
   */
  private int leap(Cell cell, int extra) {
    double low = cell.total / cell.slots;
    double high = cell.total / extra;
    for (int round = 0; round < HALVINGS; round++) {
      double middle = 0.5 * (low + high);
      if (needed(cell, middle) <= extra) {
        high = middle;
      } else {
        low = middle;
      }
    }
    int spent = 0;
    double inverse = 1 / high;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int e = heap[i];
      int more = Math.min(cell.devices - 1, (int) (cell.weight[e] * inverse));
      spent += more;
      cell.count[e] = more + 1;
      cell.share[e] = cell.weight[e] / (more + 1);
      key[e] = cell.share[e];
      if (more + 1 < cell.devices) {
        heap[kept++] = e;
      }
    }
    size = kept;
    heapify();
    return spent;
  }

  private int needed(Cell cell, double share) {
    double inverse = 1 / share;
    int most = cell.devices - 1;
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.min(most, (int) (cell.weight[heap[i]] * inverse));
    }
    return sum;
  }

  private int spend(Cell cell, int extra) {
    int left = extra;
    while (left > 0 && size > 0) {
      int e = heap[0];
      int c = ++cell.count[e];
      left--;
      key[e] = cell.weight[e] / c;
      cell.share[e] = key[e];
      if (c >= cell.devices) {
        heap[0] = heap[--size];
      }
      if (size > 0) {
        sink(0);
      }
    }
    return left;
  }

  private void sink(int from) {
    int i = from;
    int e = heap[i];
    double k = key[e];
    int child = 2 * i + 1;
    while (child < size) {
      int c = heap[child];
      if (child + 1 < size && key[heap[child + 1]] > key[c]) {
        child++;
        c = heap[child];
      }
      if (key[c] <= k) {
        break;
      }
      heap[i] = c;
      i = child;
      child = 2 * i + 1;
    }
    heap[i] = e;
  }
}
