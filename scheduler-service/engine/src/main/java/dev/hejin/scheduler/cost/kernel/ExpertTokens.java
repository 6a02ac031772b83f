package dev.hejin.scheduler.cost.kernel;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Tokens of the experts on the fullest device of an expert-parallel group.
 *
 * <p>Balanced: tokens are dealt evenly. Skewed: an expert's share is drawn from a power law of the
 * given exponent between 1 and 0.8 of the tokens (between 0.01 and 2 when there are fewer
 * assignments than experts), as the benchmark behind the measurements draws it (aiconfigurator,
 * 2025); averaged over draws of one fixed seed.
 */
public final class ExpertTokens {
  private static final int DRAWS = 16;
  private static final long SEED = 20_260_101;
  private static final double LARGEST_SHARE = 0.8;
  private static final double[] FEW = {0.01, 2};

  private ExpertTokens() {}

  /**
   * Returns the possible spreads; engines differ in whether they limit groups, and the faster one
   * is what is measured.
   *
   * @param tokens of the whole expert-parallel group
   * @param exponent of the power law; 0 for balanced
   */
  public static List<TokenHistogram> of(ExpertLayer layer, int tokens, double exponent) {
    if (exponent > 0 && tokens > 1) {
      return List.of(skewed(layer, tokens, exponent));
    }
    TokenHistogram even = even(layer, tokens, layer.experts(), layer.experts());
    if (layer.groups() == layer.groupsPerToken()) {
      return List.of(even);
    }
    // Equal scores: the first groups win, and only a part of each token's experts is its own.
    double share = (double) layer.groupsPerToken() / layer.groups();
    int reachable = (int) Math.round(layer.experts() * share);
    double touched = layer.topK() + (tokens - 1) * layer.topK() * share;
    return List.of(even, even(layer, tokens, reachable, Math.min(reachable, touched)));
  }

  private static TokenHistogram even(
      ExpertLayer layer, int tokens, int reachable, double mostTouched) {
    double touched = Math.min(mostTouched, (double) tokens * layer.topK());
    int resident = Math.min(layer.residentExperts(), reachable);
    int here = Math.max(1, (int) Math.round(resident * touched / reachable));
    double each = Math.max(1, tokens * layer.topK() / touched);
    double[] counts = new double[here];
    Arrays.fill(counts, Math.min(each, tokens));
    return TokenHistogram.of(new double[][] {counts});
  }

  private static TokenHistogram skewed(ExpertLayer layer, int tokens, double exponent) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] fullest = new double[DRAWS][];
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] shares = powerLaw(layer, tokens, exponent, random);
      double[] counts = whole(shares, (long) tokens * layer.topK(), tokens);
      fullest[draw] = fullest(counts, layer.residentExperts());
    }
    return TokenHistogram.of(fullest);
  }

  private static double[] powerLaw(
      ExpertLayer layer, int tokens, double exponent, SplittableRandom random) {
    boolean many = (long) tokens * layer.topK() > layer.experts();
    double low = many ? 1 : FEW[0];
    double high = many ? Math.max(1.0001, LARGEST_SHARE * tokens) : FEW[1];
    double power = 1 - exponent;
    double[] shares = new double[layer.experts()];
    for (int e = 0; e < shares.length; e++) {
      double u = random.nextDouble();
      shares[e] =
          power == 0
              ? low * Math.pow(high / low, u)
              : Math.pow(
                  u * (Math.pow(high, power) - Math.pow(low, power)) + Math.pow(low, power),
                  1 / power);
    }
    return shares;
  }

  /** Rounds shares to counts of a given sum, none above {@code most}. */
  private static double[] whole(double[] shares, long sum, int most) {
    double total = Arrays.stream(shares).sum();
    double[] counts = new double[shares.length];
    long left = sum;
    for (int e = 0; e < counts.length; e++) {
      counts[e] = Math.min(most, Math.rint(shares[e] / total * sum));
      left -= (long) counts[e];
    }
    int[] byShare =
        IntStream.range(0, shares.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer e) -> -shares[e]))
            .mapToInt(Integer::intValue)
            .toArray();
    while (left != 0) {
      long before = left;
      long each = Math.max(1, Math.abs(left) / counts.length);
      for (int i = 0; i < byShare.length && left != 0; i++) {
        int e = left > 0 ? byShare[i] : byShare[byShare.length - 1 - i];
        double change =
            left > 0
                ? Math.min(Math.min(each, left), most - counts[e])
                : -Math.min(Math.min(each, -left), counts[e]);
        counts[e] += change;
        left -= (long) change;
      }
      if (left == before) {
        break;
      }
    }
    return counts;
  }

  private static double[] fullest(double[] counts, int resident) {
    double best = -1;
    int from = 0;
    for (int start = 0; start < counts.length; start += resident) {
      double sum = 0;
      for (int e = start; e < Math.min(counts.length, start + resident); e++) {
        sum += counts[e];
      }
      if (sum > best) {
        best = sum;
        from = start;
      }
    }
    return Arrays.copyOfRange(counts, from, Math.min(counts.length, from + resident));
  }
}
