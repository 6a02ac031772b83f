package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** Windows of loads one after the other: each placement is scored on the window after its own. */
final class DriftReplay {
  private static final int SLOTS = 288;
  private static final int DEVICES = 32;
  private static final int HISTORY = 7;
  private static final int WINDOWS = 24;

  private DriftReplay() {}

  /** A mixture of two sets of loads that moves back and forth once, with counting noise. */
  static double[][][] synthetic(int layers, int experts) {
    double[][] from = SyntheticLoads.lognormal(layers, experts, 0.6, 11);
    double[][] to = SyntheticLoads.lognormal(layers, experts, 0.6, 12);
    SplittableRandom random = new SplittableRandom(13);
    double[][][] windows = new double[WINDOWS][layers][experts];
    for (int t = 0; t < WINDOWS; t++) {
      double part = 0.25 - 0.25 * Math.cos(2 * Math.PI * t / WINDOWS);
      for (int l = 0; l < layers; l++) {
        for (int e = 0; e < experts; e++) {
          double mean = (1 - part) * from[l][e] + part * to[l][e];
          double noisy = mean + Math.sqrt(mean) * random.nextGaussian();
          windows[t][l][e] = Math.max(0, Math.rint(noisy));
        }
      }
    }
    return windows;
  }

  /** One row: with few copies, and with a fresh plan for each window. */
  static String row(String name, double[][][] windows) {
    double[] kept = replay(windows, true);
    double[] fresh = replay(windows, false);
    return String.format(
        Locale.ROOT,
        "| %s | %.4f | %.2f %% | %.4f | %.1f %% |%n",
        name,
        kept[0],
        100 * kept[1],
        fresh[0],
        100 * fresh[1]);
  }

  /** Mean balance of the next window, and share of replicas copied. */
  private static double[] replay(double[][][] windows, boolean keep) {
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT);
    int[][] placement =
        balancer.balance(BalanceProblem.builder(windows[0], SLOTS, DEVICES).build()).slotExpert();
    double sum = score(windows[1], placement);
    double copies = 0;
    for (int t = 1; t + 1 < windows.length; t++) {
      BalanceProblem.Builder problem = BalanceProblem.builder(windows[t], SLOTS, DEVICES);
      if (keep) {
        problem
            .previous(placement)
            .history(Arrays.copyOfRange(windows, Math.max(0, t - HISTORY), t));
      }
      BalanceResult result = balancer.balance(problem.build());
      copies += copies(placement, result.slotExpert());
      placement = result.slotExpert();
      sum += score(windows[t + 1], placement);
    }
    double replicas = (double) (windows.length - 2) * windows[0].length * SLOTS;
    return new double[] {sum / (windows.length - 1), copies / replicas};
  }

  private static int copies(int[][] old, int[][] next) {
    int copies = 0;
    int each = SLOTS / DEVICES;
    for (int l = 0; l < next.length; l++) {
      for (int s = 0; s < SLOTS; s++) {
        int first = s / each * each;
        boolean had = false;
        for (int k = first; k < first + each; k++) {
          had |= old[l][k] == next[l][s];
        }
        copies += had ? 0 : 1;
      }
    }
    return copies;
  }

  private static double score(double[][] loads, int[][] placement) {
    double sum = 0;
    for (int l = 0; l < loads.length; l++) {
      int[] count = new int[loads[l].length];
      for (int e : placement[l]) {
        count[e]++;
      }
      double[] time = new double[DEVICES];
      for (int s = 0; s < SLOTS; s++) {
        int e = placement[l][s];
        time[s / (SLOTS / DEVICES)] += loads[l][e] / count[e];
      }
      sum += Arrays.stream(time).average().orElse(0) / Arrays.stream(time).max().orElse(1);
    }
    return sum / loads.length;
  }
}
