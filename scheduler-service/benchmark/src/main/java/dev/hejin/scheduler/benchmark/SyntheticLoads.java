package dev.hejin.scheduler.benchmark;

import java.util.SplittableRandom;

/** Expert loads from a seed: layers x experts, tokens. */
final class SyntheticLoads {
  private static final double TOKENS = 3e6;

  private SyntheticLoads() {}

  /** Load of the expert of rank r is 1 / r^exponent; ranks are shuffled in each layer. */
  static double[][] zipf(int layers, int experts, double exponent, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] loads = new double[layers][experts];
    for (double[] row : loads) {
      for (int e = 0; e < experts; e++) {
        int other = random.nextInt(e + 1);
        row[e] = row[other];
        row[other] = Math.pow(e + 1, -exponent);
      }
      scale(row);
    }
    return loads;
  }

  /** Loads whose logarithm is normal. */
  static double[][] lognormal(int layers, int experts, double sigma, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] loads = new double[layers][experts];
    for (double[] row : loads) {
      for (int e = 0; e < experts; e++) {
        row[e] = Math.exp(sigma * random.nextGaussian());
      }
      scale(row);
    }
    return loads;
  }

  private static void scale(double[] row) {
    double sum = 0;
    for (double w : row) {
      sum += w;
    }
    for (int e = 0; e < row.length; e++) {
      row[e] = Math.round(row[e] / sum * TOKENS);
    }
  }
}
