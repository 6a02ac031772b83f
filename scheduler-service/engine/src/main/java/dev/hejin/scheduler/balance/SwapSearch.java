package dev.hejin.scheduler.balance;

/**
 * Lowers the time of the slowest device by exchanging replicas between devices.
 *
 * <p>Method: take the slowest device; look for the exchange with another device, fastest first,
 * that brings both within the target; else take the exchange that leaves the slower of the two
 * fastest. Every step lowers the slowest device, so the search ends. Complexity of a step: O(D s^2)
 * for s slots per device at worst, O(s^2) when the first partner serves.
 */
final class SwapSearch {
  /** An exchange that takes off this share of the excess is taken without looking further. */
  private static final double ENOUGH = 0.6;

  private int bestA;
  private int bestB;
  private int bestPartner;
  private double bestTime;
  private final int[] order;

  SwapSearch(int maxDevices) {
    order = new int[maxDevices];
  }

  /** Returns the steps taken; stops when every device is within {@code target} seconds. */
  int run(Cell cell, double target, int maxSteps) {
    int steps = 0;
    while (steps < maxSteps) {
      int i = cell.slowest();
      if (cell.time[i] <= target || cell.devices < 2 || !find(cell, i, target)) {
        break;
      }
      swap(cell, i, bestA, bestPartner, bestB);
      steps++;
    }
    return steps;
  }

  private boolean find(Cell cell, int i, double target) {
    bestPartner = -1;
    bestTime = cell.time[i] * (1 - 1e-9);
    double enough = Math.max(target, cell.ideal + ENOUGH * (cell.time[i] - cell.ideal));
    int j = fastest(cell, i);
    scan(cell, i, j);
    if (bestPartner >= 0 && bestTime <= enough) {
      return true;
    }
    int left = partners(cell, i, j);
    while (left > 0 && cell.time[order[0]] < bestTime) {
      int partner = order[0];
      order[0] = order[--left];
      sink(cell.time, 0, left);
      scan(cell, i, partner);
      if (bestPartner >= 0 && bestTime <= enough) {
        break;
      }
    }
    return bestPartner >= 0;
  }

  private static int fastest(Cell cell, int i) {
    int best = i == 0 ? 1 : 0;
    double least = cell.time[best];
    for (int d = best + 1; d < cell.devices; d++) {
      double t = cell.time[d];
      if (t < least) {
        least = t;
        best = d;
      }
    }
    return best;
  }

  /**
   * Puts the devices that may serve in a heap, fastest first, of equal ones the first: mostly a few
   * of them are looked at. Returns how many there are.
   */
  private int partners(Cell cell, int i, int j) {
    int n = 0;
    for (int d = 0; d < cell.devices; d++) {
      if (d != i && d != j && cell.time[d] < bestTime) {
        order[n++] = d;
      }
    }
    for (int k = n / 2 - 1; k >= 0; k--) {
      sink(cell.time, k, n);
    }
    return n;
  }

  /** Lets the entry at a place of the heap sink to where it belongs. */
  private void sink(double[] time, int place, int n) {
    if (place >= n) {
      return;
    }
    int moved = order[place];
    int k = place;
    for (int child = 2 * k + 1; child < n; child = 2 * k + 1) {
      if (child + 1 < n && before(time, order[child + 1], order[child])) {
        child++;
      }
      if (!before(time, order[child], moved)) {
        break;
      }
      order[k] = order[child];
      k = child;
    }
    order[k] = moved;
  }

  private static boolean before(double[] time, int a, int b) {
    return time[a] < time[b] || (time[a] == time[b] && a < b);
  }

  /** The exchange between i and j whose difference comes nearest to the one that levels them. */
  private void scan(Cell cell, int i, int j) {
    double vi = cell.inverse[i];
    double vj = cell.inverse[j];
    double ti = cell.time[i];
    double tj = cell.time[j];
    double level = (ti - tj) / (vi + vj);
    double radius = Math.max(level - (ti - bestTime) / vi, (bestTime - tj) / vj - level);
    double[] load = cell.slotLoad;
    int startJ = cell.offset[j];
    int endJ = cell.offset[j + 1];
    int foundA = -1;
    int foundB = -1;
    for (int a = cell.offset[i]; a < cell.offset[i + 1]; a++) {
      double wish = load[a] - level;
      for (int b = startJ; b < endJ; b++) {
        double off = Math.abs(wish - load[b]);
        if (off < radius && allowed(cell, i, a, j, b)) {
          radius = off;
          foundA = a;
          foundB = b;
        }
      }
    }
    if (foundA >= 0) {
      double delta = load[foundA] - load[foundB];
      double slower = Math.max(ti - delta * vi, tj + delta * vj);
      if (slower < bestTime) {
        bestTime = slower;
        bestA = foundA;
        bestB = foundB;
        bestPartner = j;
      }
    }
  }

  private static boolean allowed(Cell cell, int i, int a, int j, int b) {
    return !cell.holds(i, cell.slotExpert[b]) && !cell.holds(j, cell.slotExpert[a]);
  }

  private static void swap(Cell cell, int i, int a, int j, int b) {
    int ea = cell.slotExpert[a];
    int eb = cell.slotExpert[b];
    double la = cell.slotLoad[a];
    double lb = cell.slotLoad[b];
    cell.slotExpert[a] = eb;
    cell.slotExpert[b] = ea;
    cell.slotLoad[a] = lb;
    cell.slotLoad[b] = la;
    cell.time[i] += (lb - la) * cell.inverse[i];
    cell.time[j] += (la - lb) * cell.inverse[j];
    cell.flip(i, ea);
    cell.flip(i, eb);
    cell.flip(j, ea);
    cell.flip(j, eb);
  }
}
