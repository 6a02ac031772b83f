package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * A time that no placement of a layer beats, where each resident expert that gets tokens costs its
 * device a fixed time.
 *
 * <p>Method: all devices finish together, tokens are divided at will, and each expert with tokens
 * is resident once, on the devices where that costs the fewest tokens of work, within their slots.
 * Summed over devices, T * speed &gt;= tokens + fixed * speed * residents; every placement has at
 * least these residents. Complexity: O(D log D).
 */
final class AffineBound {
  private AffineBound() {}

  static double seconds(BalanceProblem problem, double[] weight) {
    int devices = problem.devices();
    double tokens = 0;
    int loaded = 0;
    for (double w : weight) {
      tokens += w;
      loaded += w > 0 ? 1 : 0;
    }
    double capacity = 0;
    double[] loss = new double[devices];
    long[] order = new long[devices];
    for (int d = 0; d < devices; d++) {
      loss[d] = problem.fixedSeconds(d) * problem.speed(d);
      capacity += problem.slots(d) > 0 ? problem.speed(d) : 0;
      order[d] = (long) Float.floatToRawIntBits((float) loss[d]) << 32 | d;
    }
    Arrays.sort(order);
    double work = tokens;
    int left = loaded;
    for (int k = 0; k < devices && left > 0; k++) {
      int d = (int) order[k];
      int here = Math.min(left, problem.slots(d));
      work += here * loss[d];
      left -= here;
    }
    return work / capacity;
  }
}
