package dev.hejin.scheduler.balance;

/**
 * What the loads will be in the windows to come, from those that were.
 *
 * <p>Goal: a placement made now is used in the next window, whose loads never equal the last.
 * Method: the last window plus a share of the mean change over some lag, for each expert; share and
 * lag are those that would have told the latest windows best from the ones before them (least sum
 * of squared errors, up to four windows back), so that loads without a trend are left as they are.
 * Windows are first scaled to the same total for each layer. With two windows only, half the change
 * is assumed to go on. Complexity: O(windows x layers x experts x candidates).
 */
public final class LoadForecast {
  private static final int[] LAGS = {1, 2, 3, 4, 6};
  private static final double[] SHARES = {0, 0.5, 1};
  private static final int BACK = 4;

  private final double[][][] windows;
  private final int lag;
  private final double share;

  /**
   * Learns from windows, oldest first: windows x layers x experts, tokens.
   *
   * @param windows at least one; all of the shape of the last
   */
  public LoadForecast(double[][][] windows) {
    this.windows = windows;
    int bestLag = 1;
    double bestShare = windows.length == 2 ? 0.75 : 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < LAGS.length && LAGS[k] + 2 <= windows.length; k++) {
      for (double candidate : SHARES) {
        double error = error(LAGS[k], candidate);
        if (error < least) {
          least = error;
          bestLag = LAGS[k];
          bestShare = candidate;
        }
      }
    }
    lag = bestLag;
    share = bestShare;
  }

  /** Whether the windows show a trend at all. */
  public boolean trending() {
    return share > 0;
  }

  /** Loads of a layer some windows after the last; never negative. */
  public double[] ahead(int layer, int steps) {
    int now = windows.length - 1;
    double[] loads = windows[now][layer].clone();
    if (share > 0) {
      double scale = scale(now, now - lag, layer);
      double part = share * steps / lag;
      for (int e = 0; e < loads.length; e++) {
        double change = loads[e] - scale * windows[now - lag][layer][e];
        loads[e] = Math.max(0, loads[e] + part * change);
      }
    }
    return loads;
  }

  /** Squared error of telling window t from t - 1 and t - 1 - lag, mean over the latest. */
  private double error(int candidateLag, double candidateShare) {
    double sum = 0;
    int tests = 0;
    int last = windows.length - 1;
    for (int t = last; t > last - BACK && t - 1 - candidateLag >= 0; t--) {
      tests++;
      for (int l = 0; l < windows[t].length; l++) {
        double next = scale(last, t, l);
        double now = scale(last, t - 1, l);
        double old = scale(last, t - 1 - candidateLag, l);
        double part = candidateShare / candidateLag;
        for (int e = 0; e < windows[t][l].length; e++) {
          double was = now * windows[t - 1][l][e];
          double guess = was + part * (was - old * windows[t - 1 - candidateLag][l][e]);
          double off = guess - next * windows[t][l][e];
          sum += off * off;
        }
      }
    }
    return sum / tests;
  }

  private double scale(int to, int from, int layer) {
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
