package dev.hejin.agent.simulation.fault;

import dev.hejin.agent.simulation.Chance;
import java.util.SplittableRandom;

/**
 * How fast one healthy device is at each moment, as a factor of its chip.
 *
 * <ul>
 *   <li>Speed of its own: normal around 1, 1.5 % (assumed), within 6 %.
 *   <li>Heat of the day: throughput swings by 1 to 2 % between night and the early afternoon ("The
 *       Llama 3 Herd of Models", section 3.3.4); slowest at 14 o'clock.
 *   <li>Contention: in a share of the quarters of an hour (3 %, assumed) a neighbour takes 5 to 20
 *       %.
 * </ul>
 *
 * <p>Same seed and name, same curve; O(1) at any moment.
 */
public final class DeviceClimate {
  private static final double SECONDS_PER_DAY = 86_400;
  private static final double HOTTEST_SECONDS = 14 * 3600.0;
  private static final double QUARTER_SECONDS = 900;
  private static final double CONTENTION_SHARE = 0.03;

  private final long seed;
  private final String device;
  private final double own;
  private final double swing;

  public DeviceClimate(String device, long seed) {
    this.seed = seed;
    this.device = device;
    SplittableRandom random = Chance.of(seed, "climate " + device, 0);
    this.own = 1 + Math.clamp(0.015 * random.nextGaussian(), -0.06, 0.06);
    this.swing = Chance.between(random, 0.01, 0.02);
  }

  /** The factor at a moment since midnight of the first day. */
  public double speedAt(double seconds) {
    return own * (1 - heat(seconds)) * contention(seconds);
  }

  private double heat(double seconds) {
    double phase = 2 * Math.PI * (seconds - HOTTEST_SECONDS) / SECONDS_PER_DAY;
    return swing * (1 + Math.cos(phase)) / 2;
  }

  private double contention(double seconds) {
    long quarter = (long) Math.floor(seconds / QUARTER_SECONDS);
    SplittableRandom random = Chance.of(seed, "contention " + device, quarter);
    return random.nextDouble() < CONTENTION_SHARE ? 1 - Chance.between(random, 0.05, 0.2) : 1;
  }
}
