package dev.hejin.agent.simulation;

import dev.hejin.agent.model.Precision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a chip reaches of its nameplate. The fractions are drawn from the seed and the chip's name:
 * nameplates lie a little, each chip's in its own way.
 *
 * @param opsPerSecond with many tokens, by precision of the weights
 * @param halfRateTokens tokens in one product at which half of that rate is reached
 * @param launchSeconds to start the kernels of one part of one layer
 * @param exchangeSeconds of one dispatch or combine with nothing to carry
 */
record AchievedRates(
    double memoryBytesPerSecond,
    Map<Precision, Double> opsPerSecond,
    double linkBytesPerSecond,
    double halfRateTokens,
    double launchSeconds,
    double exchangeSeconds) {
  /** Operations for each byte of bandwidth where no rate is known: far below any accelerator's. */
  private static final double ASSUMED_OPS_PER_BYTE = 40;

  AchievedRates {
    opsPerSecond = Collections.unmodifiableMap(new EnumMap<>(opsPerSecond));
  }

  static AchievedRates of(SimulatedDeviceSpec spec, long seed) {
    SplittableRandom random = Chance.of(seed, "chip " + spec.chip(), 0);
    double memory = spec.memoryBytesPerSecond() * Chance.between(random, 0.74, 0.88);
    double matrixFraction = Chance.between(random, 0.52, 0.72);
    double link = spec.linkBytesPerSecond() * Chance.between(random, 0.62, 0.82);
    double half = Chance.between(random, 16, 56);
    double launch = Chance.between(random, 6e-6, 12e-6);
    double exchange = Chance.between(random, 8e-6, 18e-6);
    EnumMap<Precision, Double> rates = new EnumMap<>(Precision.class);
    for (Precision precision : Precision.values()) {
      double peak = peak(spec, precision);
      double wobble = Chance.between(random, 0.95, 1.05);
      rates.put(precision, peak * matrixFraction * wobble);
    }
    return new AchievedRates(memory, rates, link, half, launch, exchange);
  }

  /** The same with a link of another speed. */
  AchievedRates withLink(double factor) {
    return new AchievedRates(
        memoryBytesPerSecond,
        opsPerSecond,
        linkBytesPerSecond * factor,
        halfRateTokens,
        launchSeconds,
        exchangeSeconds);
  }

  /** Weights in a format that the chip cannot multiply are widened to one that it can. */
  private static double peak(SimulatedDeviceSpec spec, Precision precision) {
    Map<Precision, Double> peaks = spec.peakOpsPerSecond();
    Double own = peaks.get(precision);
    if (own != null) {
      return own;
    }
    double wide =
        Math.max(peaks.getOrDefault(Precision.BF16, 0.0), peaks.getOrDefault(Precision.FP16, 0.0));
    if (wide > 0) {
      return wide;
    }
    return peaks.getOrDefault(Precision.FP32, spec.memoryBytesPerSecond() * ASSUMED_OPS_PER_BYTE);
  }

  /** Seconds to multiply this many tokens with these weights, both ways counted. */
  double matrixSeconds(Precision precision, double tokens, double parameters, double speed) {
    if (tokens <= 0) {
      return 0;
    }
    double rate = rate(precision) * tokens / (tokens + halfRateTokens);
    return tokens * 2 * parameters / (rate * speed);
  }

  double readSeconds(double bytes, double speed) {
    return bytes / (memoryBytesPerSecond * speed);
  }

  /** Seconds of arithmetic that does not depend on the batch, such as attention over the cache. */
  double vectorSeconds(double operations, double speed) {
    return operations / (rate(Precision.BF16) * speed);
  }

  private double rate(Precision precision) {
    return opsPerSecond.getOrDefault(precision, memoryBytesPerSecond);
  }
}
