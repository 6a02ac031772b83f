package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * The working state of one packing problem: the experts of a layer (or of one node of it) on some
 * devices. Reused for every layer, so that solving allocates nothing.
 *
 * <p>Experts and devices are numbered locally from 0. The slots of device d are {@code offset[d]}
 * up to {@code offset[d + 1]}. The time of a device is {@code base + load * inverse}, in the unit
 * of the problem (tokens over tokens per second: seconds).
 */
final class Cell {
  /** Marks a slot that holds nothing yet. */
  static final int EMPTY = -1;

  int experts;
  int devices;
  int slots;
  int words;

  /** Tokens of all experts. */
  double total;

  /** Tokens of each expert. */
  final double[] weight;

  /** Replicas of each expert. */
  final int[] count;

  /** Tokens of each replica of each expert under an even split. */
  final double[] share;

  /** Seconds that each token takes, by device. */
  final double[] inverse;

  /** Tokens per second, by device. */
  final double[] speed;

  /** Seconds before the first token when every slot is in use, by device. */
  final double[] base;

  /** Seconds of each replica, by device. */
  final double[] fixed;

  /** First slot of each device, and the end. */
  final int[] offset;

  /** The expert in each slot. */
  final int[] slotExpert;

  /** Tokens that each slot takes. */
  final double[] slotLoad;

  /** Seconds of each device. */
  final double[] time;

  /** Bit e of row d: device d holds expert e. */
  final long[] held;

  /** No placement has a lower time of its slowest device (mean load only). */
  double ideal;

  Cell(int maxExperts, int maxDevices, int maxSlots) {
    weight = new double[maxExperts];
    count = new int[maxExperts];
    share = new double[maxExperts];
    inverse = new double[maxDevices];
    speed = new double[maxDevices];
    base = new double[maxDevices];
    fixed = new double[maxDevices];
    offset = new int[maxDevices + 1];
    slotExpert = new int[maxSlots];
    slotLoad = new double[maxSlots];
    time = new double[maxDevices];
    held = new long[maxDevices * ((maxExperts + 63) >>> 6)];
  }

  /** Takes consecutive devices of a problem. */
  void setDevices(BalanceProblem problem, int first, int number) {
    devices = number;
    offset[0] = 0;
    for (int d = 0; d < number; d++) {
      setDevice(problem, first, d, problem.slots(first + d));
    }
    slots = offset[number];
  }

  /** Takes all devices of a problem, each with some of its slots. */
  void setSizes(BalanceProblem problem, int[] sizes) {
    devices = sizes.length;
    offset[0] = 0;
    for (int d = 0; d < devices; d++) {
      setDevice(problem, 0, d, sizes[d]);
    }
    slots = offset[devices];
  }

  private void setDevice(BalanceProblem problem, int first, int d, int size) {
    offset[d + 1] = offset[d] + size;
    speed[d] = problem.speed(first + d);
    inverse[d] = 1 / speed[d];
    fixed[d] = problem.fixedSeconds(first + d);
    base[d] = fixed[d] * size;
  }

  /** Says that the first {@code number} weights are set, and finds the ideal time. */
  void setExperts(int number) {
    experts = number;
    words = (number + 63) >>> 6;
    double sum = 0;
    for (int e = 0; e < number; e++) {
      sum += weight[e];
    }
    total = sum;
    ideal = level(sum);
  }

  /** The time at which devices that start at their base have together done some tokens. */
  double level(double tokens) {
    double below = Double.POSITIVE_INFINITY;
    while (true) {
      double capacity = 0;
      double sum = tokens;
      for (int d = 0; d < devices; d++) {
        if (base[d] < below && offset[d + 1] > offset[d]) {
          capacity += speed[d];
          sum += base[d] * speed[d];
        }
      }
      double time = sum / capacity;
      boolean settled = true;
      for (int d = 0; d < devices; d++) {
        settled &= base[d] <= time || base[d] >= below || offset[d + 1] == offset[d];
      }
      if (settled) {
        return time;
      }
      below = time;
    }
  }

  boolean holds(int device, int expert) {
    return (held[device * words + (expert >>> 6)] >>> expert & 1L) != 0;
  }

  void flip(int device, int expert) {
    held[device * words + (expert >>> 6)] ^= 1L << expert;
  }

  void clearPlacement() {
    Arrays.fill(held, 0, devices * words, 0L);
    Arrays.fill(slotExpert, 0, slots, EMPTY);
  }

  /** Takes a placement that fits the counts. */
  void restore(int[] placement) {
    System.arraycopy(placement, 0, slotExpert, 0, slots);
    Arrays.fill(held, 0, devices * words, 0L);
    for (int d = 0; d < devices; d++) {
      for (int s = offset[d]; s < offset[d + 1]; s++) {
        flip(d, slotExpert[s]);
      }
    }
    refresh();
  }

  /** Sets the shares of an even split from the counts, then slot loads and times. */
  void refresh() {
    for (int e = 0; e < experts; e++) {
      share[e] = weight[e] / count[e];
    }
    reload();
  }

  /** Sets the slot loads and the times of the devices from the shares. */
  void reload() {
    for (int d = 0; d < devices; d++) {
      double load = 0;
      for (int s = offset[d]; s < offset[d + 1]; s++) {
        slotLoad[s] = share[slotExpert[s]];
        load += slotLoad[s];
      }
      time[d] = base[d] + load * inverse[d];
    }
  }

  /** Sets the times of the devices from the slot loads. */
  void retime() {
    for (int d = 0; d < devices; d++) {
      double load = 0;
      for (int s = offset[d]; s < offset[d + 1]; s++) {
        load += slotLoad[s];
      }
      time[d] = base[d] + load * inverse[d];
    }
  }

  int slowest() {
    int best = 0;
    for (int d = 1; d < devices; d++) {
      if (time[d] > time[best]) {
        best = d;
      }
    }
    return best;
  }

  double makespan() {
    return time[slowest()];
  }
}
