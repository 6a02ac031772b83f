package dev.hejin.scheduler.cost.observed;

import java.util.Arrays;

/**
 * Observed over predicted time of one device and phase: Huber's M-estimate (Annals of Mathematical
 * Statistics 1964) of the logarithm, around the median, over the last {@value #WINDOWS} windows, of
 * which each weighs less than the next one. A window cannot move the estimate further than {@value
 * #TUNING} deviations would, however far off it is; fewer than half of them cannot move it at will.
 */
final class RobustScale {
  /** Windows that are remembered. */
  static final int WINDOWS = 32;

  /** Fewest windows that say something. */
  static final int FEWEST = 6;

  private static final double TUNING = 1.345;
  private static final double FORGETTING = 0.95;
  private static final double NORMAL = 1.4826;
  private static final double LEAST_DEVIATION = 0.01;
  private static final double MOST = Math.log(16);
  private static final int PASSES = 8;

  private final double[] values = new double[WINDOWS];
  private int seen;

  /**
   * What is known.
   *
   * @param scale observed over predicted
   * @param error standard error of its logarithm; infinite with too few windows
   * @param windows that it rests on
   */
  record Estimate(double scale, double error, int windows) {
    static final Estimate NONE = new Estimate(1, Double.POSITIVE_INFINITY, 0);
  }

  /** Takes a window; one that is no positive number is not counted. */
  void add(double observedSeconds, double predictedSeconds) {
    double ratio = Math.log(observedSeconds / predictedSeconds);
    if (observedSeconds > 0 && predictedSeconds > 0 && Double.isFinite(ratio)) {
      values[seen++ % WINDOWS] = Math.clamp(ratio, -MOST, MOST);
    }
  }

  Estimate estimate() {
    int count = Math.min(seen, WINDOWS);
    if (count < FEWEST) {
      return new Estimate(1, Double.POSITIVE_INFINITY, count);
    }
    double[] newestFirst = new double[count];
    for (int i = 0; i < count; i++) {
      newestFirst[i] = values[(seen - 1 - i) % WINDOWS];
    }
    double middle = median(newestFirst);
    double[] distance = Arrays.stream(newestFirst).map(v -> Math.abs(v - middle)).toArray();
    double deviation = Math.max(LEAST_DEVIATION, NORMAL * median(distance));
    double centre = middle;
    double weights = 0;
    double squares = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      double sum = 0;
      weights = 0;
      squares = 0;
      double age = 1;
      for (double value : newestFirst) {
        double off = Math.abs(value - centre);
        double weight = age * (off <= TUNING * deviation ? 1 : TUNING * deviation / off);
        sum += weight * value;
        weights += weight;
        squares += weight * weight;
        age *= FORGETTING;
      }
      centre = sum / weights;
    }
    double effective = weights * weights / squares;
    return new Estimate(Math.exp(centre), deviation / Math.sqrt(effective), count);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
