package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Improves a placement by few changes: exchanges of two replicas (two copies) and replacements of a
 * replica by one of another expert (one copy, which changes both experts' counts).
 *
 * <p>Goal: the greatest fall, for each copy, of the sum over devices of (time / ideal) to the 16th
 * power; unlike the time of the slowest device alone this sees devices that come close to it, which
 * the next window's noise would make the slowest. Hard constraints: no expert twice on a device, at
 * least one replica of each, copies within the budget (a copy to a device that held the expert
 * before is free). Method: each step looks at all changes that touch the slowest device. Complexity
 * of a step: O(D s^2 + D s m D) for s slots a device, m of them with several replicas.
 */
final class ReplicaSearch {
  private final double[][] weight;
  private final double[][] share;
  private final double[][] time;
  private final double[][] power;
  private final double[] scale;
  private final int[] touched;
  private final boolean[] isTouched;
  private final long[] before;
  private int scenarios;
  private int touchedSize;
  private double bestRate;
  private int bestCost;
  private int bestSlot;
  private int bestOther;
  private int bestExpert;
  private boolean remembers;

  ReplicaSearch(int maxExperts, int maxDevices, int maxScenarios) {
    weight = new double[maxScenarios][maxExperts];
    share = new double[maxScenarios][maxExperts];
    time = new double[maxScenarios][maxDevices];
    power = new double[maxScenarios][maxDevices];
    scale = new double[maxScenarios];
    touched = new int[maxDevices];
    isTouched = new boolean[maxDevices];
    before = new long[maxDevices * ((maxExperts + 63) >>> 6)];
  }

  /** Copies to devices that hold the expert now are free from here on. */
  void remember(Cell cell) {
    System.arraycopy(cell.held, 0, before, 0, cell.devices * cell.words);
    remembers = true;
  }

  /** Every copy costs the same from here on. */
  void forget() {
    remembers = false;
  }

  /** Judges placements by the loads of the cell alone. */
  void oneScenario() {
    scenarios = 1;
  }

  /** Judges placements by one more set of loads, in the order of the cell's experts. */
  double[] addScenario() {
    return weight[scenarios++];
  }

  /** Returns the copies spent. */
  int run(Cell cell, double target, int budget, int maxSteps) {
    System.arraycopy(cell.weight, 0, weight[0], 0, cell.experts);
    for (int k = 0; k < scenarios; k++) {
      double total = 0;
      for (int e = 0; e < cell.experts; e++) {
        total += weight[k][e];
      }
      scale[k] = 1 / cell.level(total);
    }
    int spent = 0;
    for (int step = 0; step < maxSteps && spent < budget && cell.devices > 1; step++) {
      bestRate = 1e-9 * measure(cell);
      bestSlot = -1;
      int last = -1;
      for (int k = 0; k < scenarios; k++) {
        int i = slowest(cell, k);
        if (i != last && time[k][i] * scale[k] > target / cell.ideal) {
          exchanges(cell, i, budget - spent);
          relieve(cell, i, budget - spent);
          replace(cell, i, budget - spent);
        }
        last = i;
      }
      if (bestSlot < 0) {
        break;
      }
      apply(cell);
      spent += bestCost;
    }
    cell.refresh();
    return spent;
  }

  private int slowest(Cell cell, int k) {
    int slowest = 0;
    for (int d = 1; d < cell.devices; d++) {
      if (time[k][d] > time[k][slowest]) {
        slowest = d;
      }
    }
    return slowest;
  }

  /** Shares, times and powers of all scenarios; returns the sum of powers. */
  private double measure(Cell cell) {
    double total = 0;
    for (int k = 0; k < scenarios; k++) {
      for (int e = 0; e < cell.experts; e++) {
        share[k][e] = weight[k][e] / cell.count[e];
      }
      for (int d = 0; d < cell.devices; d++) {
        double load = 0;
        for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
          load += share[k][cell.slotExpert[s]];
        }
        time[k][d] = cell.base[d] + load * cell.inverse[d];
        power[k][d] = power(time[k][d] * scale[k]);
        total += power[k][d];
      }
    }
    return total;
  }

  private static double power(double relative) {
    double x = relative * relative;
    x *= x;
    x *= x;
    return x * x;
  }

  private int cost(Cell cell, int device, int expert) {
    boolean had = remembers && (before[device * cell.words + (expert >>> 6)] >>> expert & 1L) != 0;
    return had ? 0 : 1;
  }

  private void exchanges(Cell cell, int i, int budget) {
    for (int j = 0; j < cell.devices; j++) {
      if (j == i) {
        continue;
      }
      for (int a = cell.offset[i]; a < cell.offset[i + 1]; a++) {
        for (int b = cell.offset[j]; b < cell.offset[j + 1]; b++) {
          double gain = 0;
          for (int k = 0; k < scenarios; k++) {
            double delta = share[k][cell.slotExpert[a]] - share[k][cell.slotExpert[b]];
            double ti = time[k][i] - delta * cell.inverse[i];
            double tj = time[k][j] + delta * cell.inverse[j];
            gain += power[k][i] + power[k][j];
            gain -= power(ti * scale[k]) + power(tj * scale[k]);
          }
          if (gain > bestRate * 0.5) {
            offerExchange(cell, i, a, j, b, gain, budget);
          }
        }
      }
    }
  }

  private void offerExchange(Cell cell, int i, int a, int j, int b, double gain, int budget) {
    int ea = cell.slotExpert[a];
    int eb = cell.slotExpert[b];
    if (cell.holds(i, eb) || cell.holds(j, ea)) {
      return;
    }
    offer(a, b, -1, gain, cost(cell, i, eb) + cost(cell, j, ea), budget);
  }

  private void offer(int slot, int other, int expert, double gain, int cost, int budget) {
    double rate = gain / Math.max(cost, 0.5);
    if (rate > bestRate && cost <= budget) {
      bestRate = rate;
      bestCost = cost;
      bestSlot = slot;
      bestOther = other;
      bestExpert = expert;
    }
  }

  /** An expert of the slowest device gets one more replica, in place of another elsewhere. */
  private void relieve(Cell cell, int i, int budget) {
    for (int k = cell.offset[i]; k < cell.offset[i + 1]; k++) {
      int h = cell.slotExpert[k];
      if (cell.weight[h] <= 0) {
        continue;
      }
      for (int j = 0; j < cell.devices; j++) {
        if (cell.holds(j, h)) {
          continue;
        }
        for (int s = cell.offset[j]; s < cell.offset[j + 1]; s++) {
          if (cell.count[cell.slotExpert[s]] > 1) {
            offer(s, -1, h, gain(cell, j, s, h), cost(cell, j, h), budget);
          }
        }
      }
    }
  }

  /** A replica on the slowest device gives way to any other expert. */
  private void replace(Cell cell, int i, int budget) {
    for (int s = cell.offset[i]; s < cell.offset[i + 1]; s++) {
      if (cell.count[cell.slotExpert[s]] > 1) {
        for (int e = 0; e < cell.experts; e++) {
          if (!cell.holds(i, e)) {
            offer(s, -1, e, gain(cell, i, s, e), cost(cell, i, e), budget);
          }
        }
      }
    }
  }

  /** The fall of the sum of powers when slot s of device j goes to expert e. */
  private double gain(Cell cell, int j, int s, int e) {
    int old = cell.slotExpert[s];
    touchedSize = 0;
    int less = cell.count[old] - 1;
    int more = cell.count[e] + 1;
    shift(cell, old);
    shift(cell, e);
    touch(j);
    double gain = 0;
    for (int n = 0; n < touchedSize; n++) {
      int d = touched[n];
      isTouched[d] = false;
      boolean hasOld = d != j && cell.holds(d, old);
      boolean hasNew = d != j && cell.holds(d, e);
      for (int k = 0; k < scenarios; k++) {
        double tokens = 0;
        if (d == j) {
          tokens = weight[k][e] / more - share[k][old];
        }
        if (hasOld) {
          tokens += weight[k][old] / less - share[k][old];
        }
        if (hasNew) {
          tokens += weight[k][e] / more - share[k][e];
        }
        gain += power[k][d] - power((time[k][d] + tokens * cell.inverse[d]) * scale[k]);
      }
    }
    return gain;
  }

  private void shift(Cell cell, int e) {
    for (int d = 0, at = e >>> 6; d < cell.devices; d++, at += cell.words) {
      if ((cell.held[at] >>> e & 1L) != 0) {
        touch(d);
      }
    }
  }

  private void touch(int d) {
    if (!isTouched[d]) {
      isTouched[d] = true;
      touched[touchedSize++] = d;
    }
  }

  private void apply(Cell cell) {
    int a = bestSlot;
    int i = deviceOf(cell, a);
    int ea = cell.slotExpert[a];
    cell.flip(i, ea);
    if (bestOther >= 0) {
      int j = deviceOf(cell, bestOther);
      int eb = cell.slotExpert[bestOther];
      cell.slotExpert[a] = eb;
      cell.slotExpert[bestOther] = ea;
      cell.flip(i, eb);
      cell.flip(j, ea);
      cell.flip(j, eb);
    } else {
      cell.slotExpert[a] = bestExpert;
      cell.count[ea]--;
      cell.count[bestExpert]++;
      cell.flip(i, bestExpert);
    }
  }

  private static int deviceOf(Cell cell, int slot) {
    int at = Arrays.binarySearch(cell.offset, 0, cell.devices + 1, slot);
    return at >= 0 ? at : -at - 2;
  }
}
