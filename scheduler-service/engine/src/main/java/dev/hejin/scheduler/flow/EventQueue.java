package dev.hejin.scheduler.flow;

import java.util.Arrays;

/** Events by time, those of one time in the order in which they were added. A binary heap. */
final class EventQueue {
  private double[] time = new double[256];
  private long[] order = new long[256];
  private int size;
  private long added;

  private static final int EVENT_BITS = 30;
  private static final long EVENT_MASK = (1L << EVENT_BITS) - 1;

  void clear() {
    size = 0;
    added = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  double time() {
    return time[0];
  }

  void add(double at, int event) {
    if (size == time.length) {
      time = Arrays.copyOf(time, 2 * size);
      order = Arrays.copyOf(order, 2 * size);
    }
    long key = added++ << EVENT_BITS | event;
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >> 1;
      if (before(time[parent], order[parent], at, key)) {
        break;
      }
      time[i] = time[parent];
      order[i] = order[parent];
      i = parent;
    }
    time[i] = at;
    order[i] = key;
  }

  /** Removes the first event. */
  int next() {
    int event = (int) (order[0] & EVENT_MASK);
    size--;
    double at = time[size];
    long key = order[size];
    int i = 0;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size
          && before(time[child + 1], order[child + 1], time[child], order[child])) {
        child++;
      }
      if (before(at, key, time[child], order[child])) {
        break;
      }
      time[i] = time[child];
      order[i] = order[child];
      i = child;
    }
    time[i] = at;
    order[i] = key;
    return event;
  }

  private static boolean before(double timeA, long orderA, double timeB, long orderB) {
    return timeA < timeB || (timeA == timeB && orderA < orderB);
  }
}
