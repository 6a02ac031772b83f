package dev.hejin.scheduler.bias;

import java.util.Arrays;
import java.util.Random;

/**
 * A simulated router: every token has affinities to experts, some of which are liked by most
 * tokens, and picks its top experts by affinity plus bias, within its best groups. Sources:
 * DeepSeek-V3, arXiv 2412.19437, sections 2.1.2 (group scores are the sums of the two highest
 * affinities of a group, as in its code) and 4.2 (8 of 256 experts, 4 of 8 groups).
 */
final class SimulatedRouter {
  /** How logits become affinities. */
  enum Gate {
    SIGMOID,
    SOFTMAX
  }

  private final Random random;
  private final Gate gate;
  private final double[] liking;
  private final int groups;
  private final int topGroups;
  private final int topExperts;

  SimulatedRouter(long seed, Gate gate, int experts, int groups, int topGroups, int topExperts) {
    random = new Random(seed);
    this.gate = gate;
    this.groups = groups;
    this.topGroups = topGroups;
    this.topExperts = topExperts;
    liking = new double[experts];
    for (int e = 0; e < experts; e++) {
      liking[e] = 0.5 * random.nextGaussian();
    }
  }

  /** Tokens that chose each expert in one batch. */
  double[] route(int tokens, double[] bias) {
    double[] loads = new double[liking.length];
    for (int t = 0; t < tokens; t++) {
      double[] score = affinities();
      for (int e = 0; e < score.length; e++) {
        score[e] += bias[e];
      }
      keepBestGroups(score);
      for (int k = 0; k < topExperts; k++) {
        int best = best(score);
        loads[best]++;
        score[best] = Double.NEGATIVE_INFINITY;
      }
    }
    return loads;
  }

  private double[] affinities() {
    double[] score = new double[liking.length];
    double sum = 0;
    for (int e = 0; e < score.length; e++) {
      double logit = liking[e] + random.nextGaussian();
      score[e] = gate == Gate.SIGMOID ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit);
      sum += score[e];
    }
    for (int e = 0; gate == Gate.SOFTMAX && e < score.length; e++) {
      score[e] /= sum;
    }
    return score;
  }

  private void keepBestGroups(double[] score) {
    int size = score.length / groups;
    double[] value = new double[groups];
    for (int g = 0; g < groups; g++) {
      double[] own = Arrays.copyOfRange(score, g * size, (g + 1) * size);
      Arrays.sort(own);
      value[g] = own[size - 1] + own[size - 2];
    }
    for (int k = 0; k < groups - topGroups; k++) {
      int worst = 0;
      for (int g = 1; g < groups; g++) {
        worst = value[g] < value[worst] ? g : worst;
      }
      value[worst] = Double.POSITIVE_INFINITY;
      Arrays.fill(score, worst * size, (worst + 1) * size, Double.NEGATIVE_INFINITY);
    }
  }

  private static int best(double[] score) {
    int best = 0;
    for (int e = 1; e < score.length; e++) {
      best = score[e] > score[best] ? e : best;
    }
    return best;
  }
}
