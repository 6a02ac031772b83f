package dev.hejin.agent.simulation.fault;

import java.util.function.DoublePredicate;

/**
 * Exact confidence interval of 95 % of the mean of a Poisson variable of which one count is known
 * (Garwood, Biometrika 28, 1936): means for which neither tail of the count is below 2.5 %.
 *
 * <p>Complexity: O(count) a step, 200 steps.
 */
public record PoissonInterval(double low, double high) {
  private static final double TAIL = 0.025;
  private static final int STEPS = 100;

  /** That of a count. */
  public static PoissonInterval of(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count + "\nMaybe an overflow");
    }
    double most = count + 10 * Math.sqrt(count + 1.0) + 10;
    double low = count == 0 ? 0 : bisect(0, count, mean -> 1 - atMost(count - 1, mean) >= TAIL);
    double high = bisect(count, most, mean -> atMost(count, mean) <= TAIL);
    return new PoissonInterval(low, high);
  }

  public boolean contains(double mean) {
    return mean >= low && mean <= high;
  }

  /** Smallest mean for which the condition holds, which then holds for all larger ones. */
  private static double bisect(double from, double to, DoublePredicate holds) {
    double low = from;
    double high = to;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Probability of at most this count. */
  private static double atMost(long count, double mean) {
    if (mean <= 0) {
      return 1;
    }
    double logTerm = -mean;
    double sum = Math.exp(logTerm);
    for (long k = 1; k <= count; k++) {
      logTerm += Math.log(mean / k);
      sum += Math.exp(logTerm);
    }
    return Math.min(1, sum);
  }
}
