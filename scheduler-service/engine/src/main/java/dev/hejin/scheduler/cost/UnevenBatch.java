package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.cost.serving.LargestDeviate;
import dev.hejin.scheduler.cost.serving.TextClumping;
import dev.hejin.scheduler.model.LayerPlacement;

/**
 * What the chance of single microbatches adds to the slowest of the devices that share a layer's
 * experts. Tokens choose experts at random, and those of one text choose alike: a replica that
 * expects m tokens gets them with a variance of {@code m + clumping m^2}, a device has the sum of
 * these variances, and devices wait for the slowest. The balancer places experts by the same
 * variances; it takes a device for its mean and the deviations of the slowest, which adds up. Here
 * devices are independent normal deviates and the mean of their largest is integrated, so that a
 * device that is slowest anyhow is not charged for a race that it does not run.
 *
 * @param routed tokens of the layer
 * @param clumping see {@link TextClumping}
 * @param each seconds of one token, by device
 */
record UnevenBatch(double routed, double clumping, double[] each) {
  private static final int STEPS = 24;
  private static final double BELOW = 3;
  private static final double ABOVE = 4.5;

  /**
   * With the most even placement: devices finish together and all replicas are equal. Depends on no
   * placement, so that bounds can rest on it.
   *
   * @param replicas that there may be
   */
  double leastSeconds(double replicas) {
    double speed = 0;
    for (double seconds : each) {
      speed += 1 / seconds;
    }
    double deviation = 0;
    for (double seconds : each) {
      deviation += Math.sqrt(routed * seconds / speed) / each.length;
    }
    double variance = 1 + clumping * routed / replicas;
    double most = routed / speed * (each.length - 1);
    return Math.min(most, LargestDeviate.of(each.length) * Math.sqrt(variance) * deviation);
  }

  /**
   * With a placement; a device gets all tokens at most.
   *
   * @param load share of each expert
   * @param seconds that each device is expected to take
   */
  double seconds(LayerPlacement placement, double[] load, double[] seconds) {
    double[] sum = new double[each.length];
    double[] deviation = new double[each.length];
    for (int slot = 0; slot < placement.slots(); slot++) {
      double received = load[placement.expert(slot)] * placement.share(slot) * routed;
      sum[placement.device(slot)] += received;
      deviation[placement.device(slot)] += clumping * received * received;
    }
    double expected = 0;
    double from = 0;
    double to = 0;
    for (int device = 0; device < each.length; device++) {
      deviation[device] = each[device] * Math.sqrt(sum[device] + deviation[device]);
      expected = Math.max(expected, seconds[device]);
      from = Math.max(from, seconds[device] - BELOW * deviation[device]);
      to = Math.max(to, seconds[device] + ABOVE * deviation[device]);
    }
    double step = (to - from) / STEPS;
    double over = 0;
    for (int i = 0; i <= STEPS; i++) {
      double slower = 1 - chanceBelow(from + i * step, seconds, deviation, sum);
      over += i == 0 || i == STEPS ? slower / 2 : slower;
    }
    return Math.max(0, from + over * step - expected);
  }

  /** Chance that all devices are done by then. */
  private double chanceBelow(double time, double[] seconds, double[] deviation, double[] tokens) {
    double one = 1;
    for (int device = 0; device < each.length; device++) {
      double above = time - seconds[device];
      boolean possible = above < (routed - tokens[device]) * each[device];
      if (possible && above < ABOVE * deviation[device]) {
        one *= 1 + LargestDeviate.odds(above / deviation[device]);
      }
    }
    return 1 / one;
  }
}
