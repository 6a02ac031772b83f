package dev.hejin.scheduler.balance;

/** The best even split of one small layer, by trying every placement. */
final class Exhaustive {
  private final BalanceProblem problem;
  private final double[] weight;
  private final int[] slotExpert;
  private final int[] slotDevice;
  private final int[] count;
  private double best = Double.POSITIVE_INFINITY;

  Exhaustive(BalanceProblem problem) {
    this.problem = problem;
    weight = problem.weights(0);
    slotExpert = new int[problem.totalSlots()];
    slotDevice = new int[problem.totalSlots()];
    count = new int[problem.experts()];
    int s = 0;
    for (int d = 0; d < problem.devices(); d++) {
      for (int k = 0; k < problem.slots(d); k++) {
        slotDevice[s++] = d;
      }
    }
  }

  /** Seconds of the slowest device. */
  double seconds() {
    place(0, -1);
    return best;
  }

  /** Experts on a device in rising order: each set once. */
  private void place(int slot, int last) {
    int missing = 0;
    for (int c : count) {
      missing += c == 0 ? 1 : 0;
    }
    if (missing > slotExpert.length - slot) {
      return;
    }
    if (slot == slotExpert.length) {
      judge();
      return;
    }
    for (int e = last + 1; e < weight.length; e++) {
      slotExpert[slot] = e;
      count[e]++;
      boolean same = slot + 1 < slotDevice.length && slotDevice[slot + 1] == slotDevice[slot];
      place(slot + 1, same ? e : -1);
      count[e]--;
    }
  }

  private void judge() {
    double slowest = 0;
    int s = 0;
    for (int d = 0; d < problem.devices(); d++) {
      double tokens = 0;
      for (int k = 0; k < problem.slots(d); k++, s++) {
        tokens += weight[slotExpert[s]] / count[slotExpert[s]];
      }
      double fixed = problem.fixedSeconds(d) * problem.slots(d);
      slowest = Math.max(slowest, fixed + tokens / problem.speed(d));
    }
    best = Math.min(best, slowest);
  }
}
