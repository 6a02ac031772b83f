package dev.hejin.lab.event;

import java.util.Arrays;

/**
 * Events in order of time, those of one time in the order in which they came: a binary heap on
 * arrays. O(log n) for each event; nothing is allocated but when it grows.
 */
public final class EventQueue {
  private double[] seconds = new double[64];
  private long[] order = new long[64];
  private long[] event = new long[64];
  private int size;
  private long added;

  public boolean isEmpty() {
    return size == 0;
  }

  /** Time of the next event; infinite when there is none. */
  public double nextSeconds() {
    return size == 0 ? Double.POSITIVE_INFINITY : seconds[0];
  }

  /** Adds an event. What the number means is the caller's. */
  public void add(double at, long what) {
    if (!(at >= 0)) {
      throw new IllegalArgumentException(
          "time of an event is " + at + "\nMaybe a duration was not a number.");
    }
    if (size == seconds.length) {
      seconds = Arrays.copyOf(seconds, 2 * size);
      order = Arrays.copyOf(order, 2 * size);
      event = Arrays.copyOf(event, 2 * size);
    }
    int i = size++;
    long number = added++;
    while (i > 0) {
      int parent = (i - 1) / 2;
      if (seconds[parent] < at || seconds[parent] == at && order[parent] < number) {
        break;
      }
      move(parent, i);
      i = parent;
    }
    set(i, at, number, what);
  }

  /** Takes the next event away. */
  public long take() {
    if (size == 0) {
      throw new IllegalStateException("there is no event\nMaybe ask isEmpty first.");
    }
    long first = event[0];
    size--;
    double at = seconds[size];
    long number = order[size];
    long what = event[size];
    int i = 0;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && isBefore(child + 1, child)) {
        child++;
      }
      if (at < seconds[child] || at == seconds[child] && number < order[child]) {
        break;
      }
      move(child, i);
      i = child;
    }
    if (size > 0) {
      set(i, at, number, what);
    }
    return first;
  }

  private boolean isBefore(int a, int b) {
    return seconds[a] < seconds[b] || seconds[a] == seconds[b] && order[a] < order[b];
  }

  private void move(int from, int to) {
    set(to, seconds[from], order[from], event[from]);
  }

  private void set(int i, double at, long number, long what) {
    seconds[i] = at;
    order[i] = number;
    event[i] = what;
  }
}
