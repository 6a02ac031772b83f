package dev.hejin.catalog.load;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Makes expert loads that are as uneven as recorded ones.
 *
 * <p>Goal: the skew published for DeepSeek-V3 with 256 experts. There the hottest expert of a layer
 * gets 5.6 to 8.1 times the mean, and the hottest tenth of the experts 27 to 36 % of the load.
 *
 * <p>Method, for each layer by itself: draw the peak and the tenth's share inside these bands. Draw
 * a falling curve from the peak to 1.5 times the mean over the hottest tenth, and another from
 * there to 0.15 over the rest; bend each until its sum is right. Add 1 % of noise, and deal the
 * loads to the experts by a seeded shuffle. Example: peak 7, share 0.31 and 256 experts give 26 hot
 * experts with 79 of 256 mean loads, and 230 others with 177.
 *
 * <p>With few experts a tenth is one or two of them, and the peak is as high as the share allows.
 */
public final class SyntheticExpertLoad {

  private static final double MIN_PEAK = 5.8;
  private static final double MAX_PEAK = 7.8;
  private static final double MIN_SHARE = 0.285;
  private static final double MAX_SHARE = 0.345;
  private static final double KNEE = 1.5;
  private static final double COLDEST = 0.15;
  private static final double NOISE = 0.01;
  private static final double TOKENS_PER_EXPERT = 100_000;

  private SyntheticExpertLoad() {}

  /**
   * Makes a profile with the published skew.
   *
   * @param layers all layers
   * @param denseLayers leading layers without experts
   * @param experts experts of a layer
   * @param seed another seed makes other experts hot
   */
  public static ExpertLoad generate(int layers, int denseLayers, int experts, long seed) {
    return generate(layers, denseLayers, experts, seed, 1.0);
  }

  /**
   * Makes a profile.
   *
   * @param layers all layers
   * @param denseLayers leading layers without experts
   * @param experts experts of a layer
   * @param seed another seed makes other experts hot
   * @param skew power that the loads are raised to: 0 for even, 1 for the published skew
   */
  public static ExpertLoad generate(
      int layers, int denseLayers, int experts, long seed, double skew) {
    if (denseLayers < 0 || denseLayers >= layers || experts < 1 || !(skew >= 0 && skew <= 4)) {
      throw new IllegalArgumentException(
          "No profile with %d layers, %d of them dense, %d experts and skew %s.%nMaybe use 61, 3, 256 and 1.0."
              .formatted(layers, denseLayers, experts, skew));
    }
    double[][] counts = new double[layers][experts];
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int layer = 0; layer < layers; layer++) {
      // Every layer draws its seed, so that a layer does not depend on the dense layers before it.
      SplittableRandom random = new SplittableRandom(seeds.nextLong());
      if (layer >= denseLayers) {
        counts[layer] = layer(experts, random, skew);
      }
    }
    return new ExpertLoad("synthetic, seed %d, skew %s".formatted(seed, skew), counts);
  }

  /** Returns how many experts are the hottest tenth. */
  static int tenthOf(int experts) {
    return (experts + 9) / 10;
  }

  private static double[] layer(int experts, SplittableRandom random, double skew) {
    double[] loads = falling(experts, random);
    double sum = 0;
    for (int i = 0; i < experts; i++) {
      loads[i] = StrictMath.pow(loads[i] * (1 + NOISE * (2 * random.nextDouble() - 1)), skew);
      sum += loads[i];
    }
    for (int i = 0; i < experts; i++) {
      loads[i] = StrictMath.rint(loads[i] / sum * experts * TOKENS_PER_EXPERT);
    }
    for (int i = experts - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double load = loads[i];
      loads[i] = loads[other];
      loads[other] = load;
    }
    return loads;
  }

  /** Returns loads over their mean, the highest first. */
  private static double[] falling(int experts, SplittableRandom random) {
    int hot = tenthOf(experts);
    double hotSum = random.nextDouble(MIN_SHARE, MAX_SHARE) * experts;
    double peak = random.nextDouble(MIN_PEAK, MAX_PEAK);
    double knee = Math.min(KNEE, hotSum / hot);
    peak = Math.max(knee, Math.min(peak, hotSum - (hot - 1) * knee));
    double[] loads = new double[experts];
    curve(loads, 0, hot, peak, knee, hotSum);
    curve(loads, hot, experts, knee, COLDEST, experts - hotSum);
    return loads;
  }

  /** Fills a part of the loads with a curve between two heights and the wanted sum. */
  private static void curve(double[] loads, int from, int to, double high, double low, double sum) {
    int count = to - from;
    if (count == 0) {
      return;
    }
    if (count == 1) {
      loads[from] = sum;
      return;
    }
    double bend = bend(power -> sumOf(count, high, low, power), sum);
    for (int i = 0; i < count; i++) {
      loads[from + i] = height(i, count, high, low, bend);
    }
  }

  private static double height(int i, int count, double high, double low, double power) {
    return low + (high - low) * StrictMath.pow(1 - (double) i / (count - 1), power);
  }

  private static double sumOf(int count, double high, double low, double power) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += height(i, count, high, low, power);
    }
    return sum;
  }

  /** Finds the power with the wanted sum; the sum falls as the power grows. */
  private static double bend(DoubleUnaryOperator sumOf, double wanted) {
    double flat = 0.01;
    double steep = 100;
    for (int step = 0; step < 60; step++) {
      double middle = StrictMath.sqrt(flat * steep);
      if (sumOf.applyAsDouble(middle) > wanted) {
        flat = middle;
      } else {
        steep = middle;
      }
    }
    return StrictMath.sqrt(flat * steep);
  }
}
