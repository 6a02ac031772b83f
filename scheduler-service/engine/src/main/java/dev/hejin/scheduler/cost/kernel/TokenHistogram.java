package dev.hejin.scheduler.cost.kernel;

/**
 * How many experts of a device get how many tokens: counts in bins a third of an octave wide.
 *
 * @param experts in each bin that is not empty, on average
 * @param tokens that an expert of the bin gets, on average
 */
public record TokenHistogram(double[] experts, double[] tokens) {
  private static final int BINS = 64;
  private static final double BINS_PER_OCTAVE = 3;

  /** Bins the counts of one or more equally likely draws; zeros are left out. */
  static TokenHistogram of(double[][] draws) {
    double[] weight = new double[BINS];
    double[] sum = new double[BINS];
    for (double[] draw : draws) {
      for (double count : draw) {
        if (count > 0) {
          double place = BINS_PER_OCTAVE * Math.log(Math.max(1, count)) / Math.log(2);
          int bin = (int) Math.min(BINS - 1, place);
          weight[bin] += 1.0 / draws.length;
          sum[bin] += count / draws.length;
        }
      }
    }
    int used = 0;
    for (double w : weight) {
      used += w > 0 ? 1 : 0;
    }
    double[] experts = new double[used];
    double[] tokens = new double[used];
    int next = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (weight[bin] > 0) {
        experts[next] = weight[bin];
        tokens[next++] = sum[bin] / weight[bin];
      }
    }
    return new TokenHistogram(experts, tokens);
  }

  /** Experts that get tokens. */
  double touched() {
    double sum = 0;
    for (double e : experts) {
      sum += e;
    }
    return sum;
  }

  /** Tokens x experts. */
  double assignments() {
    double sum = 0;
    for (int i = 0; i < experts.length; i++) {
      sum += experts[i] * tokens[i];
    }
    return sum;
  }
}
