package dev.hejin.agent.simulation;

import java.util.SplittableRandom;

/** Streams of chance that depend on nothing but the seed and what they are for. */
public final class Chance {
  private Chance() {}

  /** The stream of one purpose. */
  public static SplittableRandom of(long seed, String purpose, long index) {
    long hash = seed;
    for (int i = 0; i < purpose.length(); i++) {
      hash = scramble(hash ^ purpose.charAt(i));
    }
    return new SplittableRandom(scramble(hash ^ index));
  }

  public static double between(SplittableRandom random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Spreads neighbouring values over the whole range: a multiplicative hash with a final shift. */
  private static long scramble(long value) {
    long mixed = (value + 0x9E3779B97F4A7C15L) * 0xD1342543DE82EF95L;
    return mixed ^ (mixed >>> 32);
  }
}
