package dev.hejin.scheduler.balance;

/**
 * How many replicas each expert gets so that the largest replica is smallest.
 *
 * <p>Goal: minimise the largest load per replica. Hard constraints: at least one replica of each
 * expert, at most one on each device. Method: give one replica at a time to the expert whose
 * replicas are largest, kept in a binary heap; the greedy choice is optimal for this goal. Only
 * experts that can ever be on top enter the heap. Complexity: O(E + R log R) for R extra replicas.
 * Source: resource allocation with concave gains, Fox 1966; the same rule as DeepSeek's EPLB.
 */
final class Replication {
  private final double[] key;
  private final int[] heap;
  private int size;

  Replication(int maxExperts) {
    key = new double[maxExperts];
    heap = new int[maxExperts + 1];
  }

  /** Sets {@code cell.count}, adding up to the slots of the cell where experts allow. */
  void run(Cell cell) {
    int extra = cell.slots - cell.experts;
    double total = 0;
    for (int e = 0; e < cell.experts; e++) {
      cell.count[e] = 1;
      total += cell.weight[e];
    }
    if (extra <= 0) {
      return;
    }
    // The largest replica ends at or above total / slots: lighter experts keep one replica, unless
    // heavier ones stop at one replica per device.
    enlist(cell, total / cell.slots);
    int left = spend(cell, extra);
    if (left > 0) {
      enlist(cell, -1);
      spend(cell, left);
    }
  }

  private void enlist(Cell cell, double above) {
    size = 0;
    for (int e = 0; e < cell.experts; e++) {
      if (cell.weight[e] > above && cell.count[e] < cell.devices) {
        key[e] = cell.weight[e] / cell.count[e];
        heap[size++] = e;
      }
    }
    for (int i = (size >>> 1) - 1; i >= 0; i--) {
      sink(i);
    }
  }

  private int spend(Cell cell, int extra) {
    int left = extra;
    while (left > 0 && size > 0) {
      int e = heap[0];
      int c = ++cell.count[e];
      left--;
      if (c >= cell.devices) {
        heap[0] = heap[--size];
      } else {
        key[e] = cell.weight[e] / c;
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
