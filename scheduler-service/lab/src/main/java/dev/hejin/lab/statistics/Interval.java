package dev.hejin.lab.statistics;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * A mean with its 95 % confidence interval by Student's t.
 *
 * @param mean NaN where there is no value
 * @param low lower end; NaN where fewer than two values leave it unknown
 * @param high upper end; likewise
 * @param count values that it is of
 */
public record Interval(double mean, double low, double high, int count) {
  /** How often the interval holds the true mean, when values are normal. */
  public static final double LEVEL = 0.95;

  /** The interval of the mean of these values. */
  public static Interval of(double... values) {
    if (values.length == 0) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN, 0);
    }
    double mean = StatUtils.mean(values);
    if (values.length == 1) {
      return new Interval(mean, Double.NaN, Double.NaN, 1);
    }
    double error = Math.sqrt(StatUtils.variance(values) / values.length);
    return around(mean, error, values.length - 1.0, values.length);
  }

  /** The interval around a mean with this standard error and these degrees of freedom. */
  static Interval around(double mean, double error, double degrees, int count) {
    double half = error == 0 ? 0 : error * quantile(degrees);
    return new Interval(mean, mean - half, mean + half, count);
  }

  private static double quantile(double degrees) {
    return new TDistribution(degrees).inverseCumulativeProbability((1 + LEVEL) / 2);
  }

  /** Whether the ends are known. */
  public boolean isBounded() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }

  /** The same in another unit. A negative factor turns the ends round. */
  public Interval times(double factor) {
    double a = low * factor;
    double b = high * factor;
    return new Interval(mean * factor, Math.min(a, b), Math.max(a, b), count);
  }
}
