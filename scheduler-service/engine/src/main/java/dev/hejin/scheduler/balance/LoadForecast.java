package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * What the loads will be in the windows to come, from those that were.
 *
 * <p>Goal: a placement made now is used in the next window, whose loads never equal the last.
 * Method: a weighted sum of the latest windows for each expert. Candidates are the last window with
 * a part of the mean change over some lag (loads that move), the mean of some windows (loads that
 * only scatter) and the straight line through some windows (both); chosen is the one that would
 * have told the latest windows best from the ones before them (least sum of squared errors, up to
 * four windows back). Windows are first scaled to the same total for each layer. What was before a
 * jump (a change many times as large as the others) is forgotten. With two windows only, most of
 * that part of the change which counting noise does not explain is assumed to go on. Complexity:
 * O(windows x layers x experts x candidates).
 */
public final class LoadForecast {
  private static final int[] LAGS = {1, 2, 3, 4, 6};
  private static final double[] SHARES = {0.5, 1};
  private static final int[] SPANS = {2, 3, 4, 6, 8};
  private static final int BACK = 4;
  private static final double FIRST_SHARE = 0.75;

  /** A change this many times as large as the median one is a jump. */
  private static final double JUMP = 8;

  private static final int FEWEST_CHANGES = 3;

  private final double[][][] windows;
  private Filter filter = Filter.last(0, 1);

  /**
   * A weighted sum of windows: {@code level[k] + ahead * slope[k]} is the weight of the k-th
   * latest.
   */
  private record Filter(double[] level, double[] slope) {
    static Filter last(double share, int lag) {
      double[] level = new double[lag + 1];
      double[] slope = new double[lag + 1];
      level[0] = 1;
      slope[0] = share / lag;
      slope[lag] -= share / lag;
      return new Filter(level, slope);
    }

    static Filter mean(int span) {
      double[] level = new double[span];
      Arrays.fill(level, 1.0 / span);
      return new Filter(level, new double[span]);
    }

    /** The straight line of least squares through the latest windows. */
    static Filter line(int span) {
      double[] level = new double[span];
      double[] slope = new double[span];
      double middle = (span - 1) / 2.0;
      double square = span * (span * (double) span - 1) / 12;
      for (int k = 0; k < span; k++) {
        slope[k] = (middle - k) / square;
        level[k] = 1.0 / span + middle * slope[k];
      }
      return new Filter(level, slope);
    }

    boolean trending() {
      return Arrays.stream(slope).anyMatch(s -> s != 0);
    }
  }

  /**
   * Learns from windows, oldest first: windows x layers x experts, tokens.
   *
   * @param windows at least one; all of the shape of the last
   */
  public LoadForecast(double[][][] windows) {
    this.windows = sinceJump(windows);
    if (this.windows.length < 2) {
      return;
    }
    if (this.windows.length == 2) {
      filter = Filter.last(FIRST_SHARE * explained(this.windows), 1);
      return;
    }
    double least = error(filter, Double.POSITIVE_INFINITY);
    for (int lag : LAGS) {
      for (double share : SHARES) {
        least = offer(Filter.last(share, lag), least);
      }
    }
    for (int span : SPANS) {
      least = offer(Filter.mean(span), least);
      if (span > 2) {
        least = offer(Filter.line(span), least);
      }
    }
  }

  private static double[][][] sinceJump(double[][][] all) {
    double[] changes = new double[all.length - 1];
    for (int t = 1; t < all.length; t++) {
      changes[t - 1] = change(all[t - 1], all[t]);
    }
    if (changes.length < FEWEST_CHANGES) {
      return all;
    }
    double[] sorted = changes.clone();
    Arrays.sort(sorted);
    double limit = JUMP * sorted[(sorted.length - 1) / 2];
    for (int t = changes.length; t > 0; t--) {
      if (changes[t - 1] > limit) {
        return Arrays.copyOfRange(all, t, all.length);
      }
    }
    return all;
  }

  /** Sum of squared changes of the shares. */
  private static double change(double[][] from, double[][] to) {
    double sum = 0;
    for (int l = 0; l < to.length; l++) {
      double a = total(from[l]);
      double b = total(to[l]);
      for (int e = 0; e < to[l].length && a > 0 && b > 0; e++) {
        double off = to[l][e] / b - from[l][e] / a;
        sum += off * off;
      }
    }
    return sum;
  }

  /** The part of a change that is more than independent counts would scatter: 0 to 1. */
  private static double explained(double[][][] two) {
    double noise = 0;
    for (int l = 0; l < two[1].length; l++) {
      double a = total(two[0][l]);
      double b = total(two[1][l]);
      for (int e = 0; e < two[1][l].length && a > 0 && b > 0; e++) {
        noise += two[0][l][e] / a / a + two[1][l][e] / b / b;
      }
    }
    double change = change(two[0], two[1]);
    return change > 0 ? Math.max(0, 1 - noise / change) : 0;
  }

  private double offer(Filter candidate, double least) {
    if (candidate.level().length >= windows.length) {
      return least;
    }
    double error = error(candidate, least);
    if (error < least) {
      filter = candidate;
      return error;
    }
    return least;
  }

  /** Whether the windows show a trend at all. */
  public boolean trending() {
    return filter.trending();
  }

  /** Loads of a layer some windows after the last; never negative. */
  public double[] ahead(int layer, int steps) {
    return told(filter, layer, windows.length - 1, steps);
  }

  private double[] told(Filter by, int layer, int now, int steps) {
    double[] loads = new double[windows[now][layer].length];
    for (int k = 0; k < by.level().length; k++) {
      double part = by.level()[k] + steps * by.slope()[k];
      if (part != 0) {
        double[] then = windows[now - k][layer];
        double weight = part * scale(now, now - k, layer);
        for (int e = 0; e < loads.length; e++) {
          loads[e] += weight * then[e];
        }
      }
    }
    for (int e = 0; e < loads.length; e++) {
      loads[e] = Math.max(0, loads[e]);
    }
    return loads;
  }

  /** Mean squared error of telling the latest windows from those before; may stop over a limit. */
  private double error(Filter by, double limit) {
    double sum = 0;
    int tests = 0;
    int last = windows.length - 1;
    int most = Math.min(BACK, last + 1 - by.level().length);
    for (int t = last; t > last - most; t--) {
      tests++;
      for (int l = 0; l < windows[t].length; l++) {
        double[] guess = told(by, l, t - 1, 1);
        double now = scale(last, t - 1, l);
        double next = scale(last, t, l);
        for (int e = 0; e < guess.length; e++) {
          double off = now * guess[e] - next * windows[t][l][e];
          sum += off * off;
        }
      }
      if (sum / most > limit) {
        break;
      }
    }
    return sum / tests;
  }

  private double scale(int to, int from, int layer) {
    if (to == from) {
      return 1;
    }
    double a = total(windows[to][layer]);
    double b = total(windows[from][layer]);
    return b > 0 ? a / b : 0;
  }

  private static double total(double[] loads) {
    double sum = 0;
    for (double w : loads) {
      sum += w;
    }
    return sum;
  }
}
