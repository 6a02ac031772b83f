package dev.hejin.lab.physics;

import dev.hejin.agent.simulation.Chance;
import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.scheduler.model.Precision;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a chip really reaches of its figures: published shares, each chip off by its own few percent
 * that depend on its name alone. A real kernel keeps to them whatever a planner believes.
 *
 * <ul>
 *   <li>Memory: 85 % (FlagPerf base benchmarks: 82 to 90 %).
 *   <li>Products in 8 bits or fewer: 65 %; DeepGEMM's grouped kernels reach 1,346 of 1,979 Tflop/s
 *       on H800. In 16 bits: 70 % (FlashMLA 660 of 989; FlagPerf 80 % of large products).
 *   <li>Half of that rate with {@code 24 + 0.15 x} operations for each byte of bandwidth tokens:
 *       113 on H800, where DeepGEMM's masked kernels show 90 to 150.
 *   <li>Link 75 %, network 90 % of the nameplate in exchanges (DeepEP: 153 to 158 of 200 GB/s on
 *       NVLink, 43 to 47 of 50 GB/s by RDMA).
 * </ul>
 *
 * @param opsPerSecond with many tokens, by format of the weights
 * @param halfRateTokens tokens at which a product has half of it
 * @param linkBytesPerSecond to devices of the node
 * @param networkBytesPerSecond the device's even part of its node's network
 * @param designWatts NaN when unknown
 * @param pricePerHourUsd NaN when unknown
 */
public record TrueRates(
    String chip,
    Map<Precision, Double> opsPerSecond,
    double memoryBytesPerSecond,
    double halfRateTokens,
    double linkBytesPerSecond,
    double networkBytesPerSecond,
    double designWatts,
    double pricePerHourUsd) {
  private static final double MEMORY = 0.85;
  private static final double NARROW = 0.65;
  private static final double WIDE = 0.70;
  private static final double LINK = 0.75;
  private static final double NETWORK = 0.90;
  private static final double OFF = 0.03;
  private static final double LEAST_HALF_TOKENS = 24;
  private static final double HALF_TOKENS_PER_RIDGE = 0.15;
  private static final double ASSUMED_OPS = 100e12;
  private static final double ASSUMED_MEMORY = 800e9;
  private static final double ASSUMED_LINK = 32e9;
  private static final double ASSUMED_NETWORK = 25e9;

  /** Copies. */
  public TrueRates {
    opsPerSecond = Collections.unmodifiableMap(new EnumMap<>(opsPerSecond));
  }

  /**
   * Of a chip.
   *
   * @param networkBytesPerSecond the device's part by nameplate; NaN when unknown
   */
  public static TrueRates of(ChipFacts facts, double networkBytesPerSecond) {
    SplittableRandom random = Chance.of(0, "lab chip " + facts.model(), 0);
    double memory = or(facts.memoryBytesPerSecond(), ASSUMED_MEMORY) * MEMORY * off(random);
    double wide = wide(facts);
    double wideOff = off(random);
    double narrowOff = off(random);
    EnumMap<Precision, Double> ops = new EnumMap<>(Precision.class);
    double best = wide;
    for (Precision precision : Precision.values()) {
      var catalogued = dev.hejin.catalog.chip.Precision.valueOf(precision.name());
      double peak = wide;
      if (facts.supports(catalogued) == PrecisionFacts.Support.YES) {
        peak = or(facts.peakOperationsPerSecond(catalogued), wide);
      }
      best = Math.max(best, peak);
      boolean narrow = precision.bits() <= 8 && peak > wide;
      ops.put(precision, peak * (narrow ? NARROW * narrowOff : WIDE * wideOff));
    }
    return new TrueRates(
        facts.model(),
        ops,
        memory,
        LEAST_HALF_TOKENS + HALF_TOKENS_PER_RIDGE * best / (memory / MEMORY),
        or(facts.link().bytesPerSecond(), ASSUMED_LINK) * LINK * off(random),
        (networkBytesPerSecond > 0 ? networkBytesPerSecond : ASSUMED_NETWORK) * NETWORK,
        or(facts.tdpWatts(), Double.NaN),
        or(facts.pricePerHourUsd(), Double.NaN));
  }

  private static double off(SplittableRandom random) {
    return Chance.between(random, 1 - OFF, 1 + OFF);
  }

  private static double or(Figure figure, double otherwise) {
    return figure.isKnown() ? figure.value() : otherwise;
  }

  private static double wide(ChipFacts facts) {
    double bf16 = or(facts.peakOperationsPerSecond(dev.hejin.catalog.chip.Precision.BF16), 0);
    double fp16 = or(facts.peakOperationsPerSecond(dev.hejin.catalog.chip.Precision.FP16), 0);
    double most = Math.max(bf16, fp16);
    return most > 0 ? most : ASSUMED_OPS;
  }

  double ops(Precision precision) {
    Double rate = opsPerSecond.get(precision);
    if (rate == null) {
      throw new IllegalStateException(chip + " has no rate for " + precision);
    }
    return rate;
  }
}
