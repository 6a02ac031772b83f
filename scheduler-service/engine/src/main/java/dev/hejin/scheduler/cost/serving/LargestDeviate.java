package dev.hejin.scheduler.cost.serving;

/** How far the slowest of devices that wait for each other lies above its mean. */
public final class LargestDeviate {
  private static final int STEPS = 24;
  private static final double FROM = -3;
  private static final double TO = 4.5;

  /** Bounds ask thousands of times; stages are hardly larger. */
  private static final double[] KNOWN = new double[1025];

  static {
    for (int n = 2; n < KNOWN.length; n++) {
      KNOWN[n] = integrated(n);
    }
  }

  private LargestDeviate() {}

  /** Mean of the largest of n normal deviates. */
  public static double of(int n) {
    return n < KNOWN.length ? KNOWN[n] : integrated(n);
  }

  private static double integrated(int n) {
    double step = (TO - FROM) / STEPS;
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
      double over = 1 - Math.pow(1 / (1 + odds(FROM + i * step)), n);
      sum += i == 0 || i == STEPS ? over / 2 : over;
    }
    return sum * step + FROM;
  }

  /** Odds that a normal deviate is larger (Bowling and others 2009): its chance within 1.4e-4. */
  public static double odds(double deviate) {
    return Math.exp(-(1.5976 + 0.07056 * deviate * deviate) * deviate);
  }
}
