package dev.hejin.client.export;

import java.util.Arrays;

/** Loads as 32-bit whole numbers, which is what engines record. */
final class Counts {
  private static final double TEN = 10;

  private Counts() {}

  /** 1 when all loads are whole and fit; else the power of ten that keeps most digits. */
  static double scale(double[][] loads) {
    double most = 0;
    boolean whole = true;
    for (double[] row : loads) {
      for (double load : row) {
        most = Math.max(most, load);
        whole &= load == Math.rint(load);
      }
    }
    double scale = 1;
    while (most * scale > Integer.MAX_VALUE) {
      scale /= TEN;
    }
    while (!whole && most > 0 && most * scale * TEN <= Integer.MAX_VALUE) {
      scale *= TEN;
    }
    return scale;
  }

  static int[] whole(double[] loads, double scale) {
    return Arrays.stream(loads).mapToInt(load -> (int) Math.rint(load * scale)).toArray();
  }
}
