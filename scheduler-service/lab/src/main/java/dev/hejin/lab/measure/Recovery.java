package dev.hejin.lab.measure;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How long it takes after a fault until throughput is again what it then stays at: from the fault
 * to the first stretch of {@value #STRETCH} s that reaches 95 % of the mean of the second half of
 * the time to the next fault. Times between faults of less than {@value #LEAST} s tell nothing.
 */
final class Recovery {
  private static final int STRETCH = 5;
  private static final int LEAST = 30;
  private static final double SHARE = 0.95;

  private Recovery() {}

  /**
   * The mean over faults; empty when none tells anything.
   *
   * @param tokens of each second
   */
  static OptionalDouble mean(double[] tokens, List<Double> faultSeconds) {
    double sum = 0;
    int count = 0;
    for (int f = 0; f < faultSeconds.size(); f++) {
      int from = (int) Math.floor(faultSeconds.get(f));
      int to =
          f + 1 < faultSeconds.size() ? (int) Math.floor(faultSeconds.get(f + 1)) : tokens.length;
      if (to - from < LEAST) {
        continue;
      }
      double goal = SHARE * mean(tokens, (from + to) / 2, to);
      int at = from;
      while (at + STRETCH < to && mean(tokens, at, at + STRETCH) < goal) {
        at++;
      }
      sum += at > from ? at + STRETCH - faultSeconds.get(f) : 0;
      count++;
    }
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }

  private static double mean(double[] tokens, int from, int to) {
    double sum = 0;
    for (int second = from; second < to; second++) {
      sum += tokens[second];
    }
    return sum / (to - from);
  }
}
