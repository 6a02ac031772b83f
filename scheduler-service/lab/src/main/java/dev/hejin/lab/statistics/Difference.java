package dev.hejin.lab.statistics;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * By how much one set of values lies above another, and whether that could be chance.
 *
 * @param interval mean difference, in the unit of the values, with its 95 % interval
 * @param reference mean of what it is compared with
 * @param p two-sided p of the t test; NaN where fewer than two values leave it unknown
 * @param signFlipP two-sided p without a distribution; NaN for values that are not pairs
 * @param paired whether value i of both sides comes from one seed
 */
public record Difference(
    Interval interval, double reference, double p, double signFlipP, boolean paired) {
  /**
   * Of values that come in pairs: value i of both sides met the same chance. Interval and p are
   * those of the mean of the differences.
   */
  public static Difference paired(double[] reference, double[] values) {
    if (reference.length != values.length) {
      throw new IllegalArgumentException(
          values.length
              + " values are not paired with "
              + reference.length
              + "\nMaybe take only replications that both sides finished.");
    }
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      differences[i] = values[i] - reference[i];
    }
    Interval interval = Interval.of(differences);
    double p =
        differences.length < 2
            ? Double.NaN
            : p(
                interval.mean(),
                Math.sqrt(StatUtils.variance(differences) / differences.length),
                differences.length - 1.0);
    return new Difference(
        interval,
        StatUtils.mean(reference),
        p,
        differences.length < 2 ? Double.NaN : SignFlipTest.p(differences),
        true);
  }

  /** Of values without pairs: Welch's t test and the degrees of freedom of Satterthwaite. */
  public static Difference unpaired(double[] reference, double[] values) {
    double mean = StatUtils.mean(values) - StatUtils.mean(reference);
    int count = Math.min(reference.length, values.length);
    if (count < 2) {
      Interval open = new Interval(mean, Double.NaN, Double.NaN, count);
      return new Difference(open, StatUtils.mean(reference), Double.NaN, Double.NaN, false);
    }
    double a = StatUtils.variance(reference) / reference.length;
    double b = StatUtils.variance(values) / values.length;
    double error = Math.sqrt(a + b);
    double degrees =
        error == 0
            ? count - 1.0
            : (a + b) * (a + b) / (a * a / (reference.length - 1) + b * b / (values.length - 1));
    return new Difference(
        Interval.around(mean, error, degrees, count),
        StatUtils.mean(reference),
        p(mean, error, degrees),
        Double.NaN,
        false);
  }

  /** Values without any spread differ for sure, or not at all. */
  private static double p(double mean, double error, double degrees) {
    if (error == 0) {
      return mean == 0 ? 1 : 0;
    }
    return 2 * new TDistribution(degrees).cumulativeProbability(-Math.abs(mean / error));
  }

  /** The interval as a share of the reference's mean; unknown ends and mean where that is zero. */
  public Interval relative() {
    return reference == 0
        ? new Interval(Double.NaN, Double.NaN, Double.NaN, interval.count())
        : interval.times(1 / Math.abs(reference));
  }
}
