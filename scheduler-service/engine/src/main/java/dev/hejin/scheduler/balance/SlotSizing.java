package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * How many of its slots each device uses where slots may stay empty.
 *
 * <p>Goal: the slowest device finishes as early as possible when every replica takes the mean load.
 * Method: one slot at a time to the device that would finish first with it, within capacities; for
 * equal loads this is optimal. Complexity: O(N log D), by a heap of the devices.
 *
 * <p>Example: six replicas of mean load, speeds 2 and 1: four on the first device, two on the
 * second.
 */
final class SlotSizing {
  private final int[] sizes;
  private final double[] cost;

  /** Devices with free slots; the one that would finish first with one more is on top. */
  private final int[] heap;

  private int left;

  private SlotSizing(int[] sizes) {
    this.sizes = sizes;
    cost = new double[sizes.length];
    heap = new int[sizes.length];
  }

  /** Sets the sizes for a number of replicas of so many tokens in all; returns their sum. */
  static int run(BalanceProblem problem, double tokens, int replicas, int[] sizes) {
    return new SlotSizing(sizes).fill(problem, tokens, replicas);
  }

  private int fill(BalanceProblem problem, double tokens, int replicas) {
    Arrays.fill(sizes, 0);
    for (int d = 0; d < cost.length; d++) {
      cost[d] = problem.fixedSeconds(d) + tokens / replicas / problem.speed(d);
      if (problem.slots(d) > 0) {
        heap[left++] = d;
      }
    }
    for (int i = left / 2 - 1; i >= 0; i--) {
      sink(i);
    }
    for (int n = 0; n < replicas; n++) {
      if (left == 0) {
        return n;
      }
      int first = heap[0];
      if (++sizes[first] == problem.slots(first)) {
        heap[0] = heap[--left];
      }
      sink(0);
    }
    return replicas;
  }

  private void sink(int from) {
    int i = from;
    for (int child = 2 * i + 1; child < left; child = 2 * i + 1) {
      if (child + 1 < left && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], heap[i])) {
        return;
      }
      int device = heap[i];
      heap[i] = heap[child];
      heap[child] = device;
      i = child;
    }
  }

  private boolean before(int a, int b) {
    double secondsA = (sizes[a] + 1) * cost[a];
    double secondsB = (sizes[b] + 1) * cost[b];
    return secondsA < secondsB || (secondsA == secondsB && a < b);
  }
}
