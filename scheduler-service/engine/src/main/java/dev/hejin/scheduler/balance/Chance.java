package dev.hejin.scheduler.balance;

/**
 * What the randomness of single batches adds to the time of the slowest device.
 *
 * <p>A replica that gets m tokens of a batch on average gets a random number of them, with a
 * variance of {@code m + clumping * m^2}: tokens choose one by one, and those of one text choose
 * alike. A device's tokens have the sum of these variances. Devices wait for the slowest, so a
 * device is felt to have its mean and as many deviations as the largest of so many normal deviates
 * has on average.
 *
 * <p>The first part of the variance is the same wherever experts go: it follows the load. The
 * second is less the more replicas divide a hot expert.
 *
 * @param clumping variance over squared mean of an expert's tokens in a batch, beyond the chance of
 *     single tokens
 * @param deviations that the slowest device is above its mean
 */
record Chance(double clumping, double deviations) {
  /** Loads are certain. */
  static final Chance NONE = new Chance(0, 0);

  private static final double EULER = 0.5772156649015329;

  static Chance of(double clumping, int devices) {
    return clumping > 0 && devices > 1 ? new Chance(clumping, largest(devices)) : NONE;
  }

  /**
   * Mean of the largest of n normal deviates (Gumbel 1958), within 0.18 for two and 0.07 for 32.
   */
  private static double largest(int n) {
    double root = Math.sqrt(2 * Math.log(n));
    double less = Math.log(Math.log(n)) + Math.log(4 * Math.PI) - 2 * EULER;
    return root - less / (2 * root);
  }

  boolean counts() {
    return deviations > 0;
  }

  /** Tokens as which a device's are felt: their mean, and the sum of squares of its replicas. */
  double felt(double tokens, double squares) {
    return counts()
        ? tokens + deviations * Math.sqrt(Math.max(0, tokens + clumping * squares))
        : tokens;
  }

  /** Tokens of one more replica with which the device's are felt as {@code level}; 0 or more. */
  double room(double tokens, double squares, double level) {
    double left = level - tokens;
    double variance = Math.max(0, tokens + clumping * squares);
    double square = deviations * deviations;
    double rest = left * left - square * variance;
    if (left <= 0 || rest <= 0) {
      return 0;
    }
    double b = 2 * left + square;
    double root = b * b - 4 * (1 - square * clumping) * rest;
    return 2 * rest / (b + Math.sqrt(Math.max(0, root)));
  }

  /**
   * Tokens as which one replica is felt where others give its device a deviation of {@code
   * deviation} tokens: the tangent of {@link #felt}, so that a device's replicas add up.
   */
  double alone(double tokens, double deviation) {
    return tokens + deviations * (tokens + clumping * tokens * tokens) / (2 * deviation);
  }
}
