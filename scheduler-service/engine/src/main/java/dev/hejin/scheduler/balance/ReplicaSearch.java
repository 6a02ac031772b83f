package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Improves a placement by few changes: exchanges of two replicas (two copies) and replacements of a
 * replica by one of another expert (one copy, which changes both experts' counts).
 *
 * <p>Goal: the greatest fall, for each copy, of the sum over devices of (time / ideal) to the 32nd
 * power; unlike the time of the slowest device alone this sees devices that come close to it, which
 * the next window's noise would make the slowest. Hard constraints: no expert twice on a device, at
 * least one replica of each, copies within the budget (a copy to a device that held the expert
 * before is free). Method: each step looks at all changes that touch the slowest device. Complexity
 * of a step: O(D s^2 + D s m D) for s slots a device, m of them with several replicas.
 */
final class ReplicaSearch {
  private final double[] power;
  private final double[] trial;
  private final int[] touched;
  private final boolean[] isTouched;
  private final long[] before;
  private double scale;
  private int touchedSize;
  private double bestRate;
  private int bestCost;
  private int bestSlot;
  private int bestOther;
  private int bestExpert;
  private boolean remembers;

  ReplicaSearch(int maxExperts, int maxDevices) {
    power = new double[maxDevices];
    trial = new double[maxDevices];
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

  /** Returns the copies spent. */
  int run(Cell cell, double target, double minRate, int budget, int maxSteps) {
    scale = 1 / cell.ideal;
    int spent = 0;
    for (int step = 0; step < maxSteps && spent < budget && cell.devices > 1; step++) {
      double total = 0;
      for (int d = 0; d < cell.devices; d++) {
        power[d] = power(cell.time[d]);
        total += power[d];
      }
      int i = cell.slowest();
      if (cell.time[i] <= target) {
        break;
      }
      bestRate = Math.max(minRate, 1e-9) * total;
      bestSlot = -1;
      exchanges(cell, i, budget - spent);
      relieve(cell, i, budget - spent);
      replace(cell, i, budget - spent);
      if (bestSlot < 0) {
        break;
      }
      apply(cell);
      spent += bestCost;
    }
    return spent;
  }

  private double power(double time) {
    double x = time * scale;
    x *= x;
    x *= x;
    x *= x;
    x *= x;
    return x * x;
  }

  private int cost(Cell cell, int device, int expert) {
    boolean had = remembers && (before[device * cell.words + (expert >>> 6)] >>> expert & 1L) != 0;
    return had ? 0 : 1;
  }

  private void exchanges(Cell cell, int i, int budget) {
    double ti = cell.time[i];
    for (int j = 0; j < cell.devices; j++) {
      if (cell.time[j] >= ti) {
        continue;
      }
      double mine = power[i] + power[j];
      for (int a = cell.offset[i]; a < cell.offset[i + 1]; a++) {
        for (int b = cell.offset[j]; b < cell.offset[j + 1]; b++) {
          double delta = cell.slotLoad[a] - cell.slotLoad[b];
          double tj = cell.time[j] + delta * cell.inverse[j];
          if (delta > 0 && tj < ti) {
            double gain = mine - power(ti - delta * cell.inverse[i]) - power(tj);
            if (gain > bestRate * 0.5) {
              offerExchange(cell, i, a, j, b, gain, budget);
            }
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
    shift(cell, old, share(cell, old, -1) - share(cell, old, 0));
    shift(cell, e, share(cell, e, 1) - share(cell, e, 0));
    double change = share(cell, e, 1) - share(cell, old, -1);
    touch(cell, j, change);
    double gain = 0;
    for (int k = 0; k < touchedSize; k++) {
      int d = touched[k];
      gain += power[d] - power(trial[d]);
      isTouched[d] = false;
    }
    return gain;
  }

  private static double share(Cell cell, int e, int more) {
    return cell.weight[e] / (cell.count[e] + more);
  }

  private void shift(Cell cell, int e, double tokens) {
    int word = e >>> 6;
    for (int d = 0, at = word; d < cell.devices; d++, at += cell.words) {
      if ((cell.held[at] >>> e & 1L) != 0) {
        touch(cell, d, tokens);
      }
    }
  }

  private void touch(Cell cell, int d, double tokens) {
    if (!isTouched[d]) {
      isTouched[d] = true;
      touched[touchedSize++] = d;
      trial[d] = cell.time[d];
    }
    trial[d] += tokens * cell.inverse[d];
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
    cell.refresh();
  }

  private static int deviceOf(Cell cell, int slot) {
    int at = Arrays.binarySearch(cell.offset, 0, cell.devices + 1, slot);
    return at >= 0 ? at : -at - 2;
  }
}
