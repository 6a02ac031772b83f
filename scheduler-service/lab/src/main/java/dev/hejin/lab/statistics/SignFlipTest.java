package dev.hejin.lab.statistics;

import java.util.Arrays;
import org.hipparchus.stat.inference.WilcoxonSignedRankTest;

/**
 * Asks of paired differences whether their signs could be chance, without assuming any
 * distribution: the second opinion beside the t test.
 *
 * <p>Up to {@link #MOST_EXACT} pairs all 2^n ways to flip the signs are counted: p is the share of
 * them whose sum is at least as far from zero as the one seen. Beyond that Wilcoxon's signed rank
 * test takes its place. Differences of zero tell nothing and are left out. With n pairs p cannot
 * fall below 2 / 2^n: five replications never reach 0.05.
 *
 * <p>Example: differences 1, 2, 3. Of 8 ways only +++ and --- reach a sum of 6, so p = 2 / 8.
 */
final class SignFlipTest {
  static final int MOST_EXACT = 16;

  /** Sums that differ by rounding alone count as equal. */
  private static final double TOLERANCE = 1e-9;

  private SignFlipTest() {}

  /** The two-sided p; 1 where every difference is zero. */
  static double p(double... differences) {
    double[] told = Arrays.stream(differences).filter(d -> d != 0).toArray();
    if (told.length == 0) {
      return 1;
    }
    if (told.length > MOST_EXACT) {
      return new WilcoxonSignedRankTest()
          .wilcoxonSignedRankTest(told, new double[told.length], false);
    }
    double seen = Math.abs(Arrays.stream(told).sum());
    double least = seen * (1 - TOLERANCE);
    int ways = 1 << told.length;
    int asFar = 0;
    for (int flips = 0; flips < ways; flips++) {
      double sum = 0;
      for (int i = 0; i < told.length; i++) {
        sum += (flips >> i & 1) == 0 ? told[i] : -told[i];
      }
      if (Math.abs(sum) >= least) {
        asFar++;
      }
    }
    return (double) asFar / ways;
  }
}
