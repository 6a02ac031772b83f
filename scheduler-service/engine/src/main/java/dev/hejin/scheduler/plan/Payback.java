package dev.hejin.scheduler.plan;

import java.util.Locale;

/**
 * Whether a change of plan earns what it costs.
 *
 * <p>With a throughput of {@code now} before and {@code then} after, tokens a second, the change
 * gains {@code (then - now) * (horizon - duration)} tokens over the horizon. It lasts as long as
 * the device that loads most, and in this time steps are slower by the share {@code disturbance}:
 * {@code now * disturbance * duration} tokens are lost.
 *
 * @param gainTokens over the horizon
 * @param costTokens while shards move
 * @param seconds that the change takes
 * @param disturbedSteps steps that fall into this time
 */
public record Payback(double gainTokens, double costTokens, double seconds, double disturbedSteps) {

  /**
   * What changes are reckoned with.
   *
   * @param horizonSeconds how long a plan is expected to be of use
   * @param loadBytesPerSecond rate at which one device loads
   * @param disturbance share of throughput lost while shards move, 0 to 1
   */
  public record Terms(double horizonSeconds, double loadBytesPerSecond, double disturbance) {
    public Terms {
      if (!(horizonSeconds > 0)
          || !(loadBytesPerSecond > 0)
          || !(disturbance >= 0 && disturbance <= 1)) {
        throw new IllegalArgumentException(
            "payback over "
                + horizonSeconds
                + " s at "
                + loadBytesPerSecond
                + " bytes/s with disturbance "
                + disturbance
                + "\nMaybe 600, 6e9 and 0.1.");
      }
    }
  }

  /**
   * @param now throughput of the plan in force, tokens a second
   * @param then of the new one, tokens a second
   * @param stepSeconds of the plan in force
   * @param busiestDeviceBytes most bytes that one device loads
   */
  public static Payback of(
      Terms terms, double now, double then, double stepSeconds, long busiestDeviceBytes) {
    double seconds = busiestDeviceBytes / terms.loadBytesPerSecond();
    return new Payback(
        (then - now) * Math.max(0, terms.horizonSeconds() - seconds),
        now * terms.disturbance() * seconds,
        seconds,
        stepSeconds > 0 ? seconds / stepSeconds : 0);
  }

  /** Whether the gain exceeds the cost. */
  public boolean isWorthwhile() {
    return gainTokens > costTokens;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "gains %.0f tokens over the horizon, costs %.0f in %.1f s or %.0f steps of loading",
        gainTokens,
        costTokens,
        seconds,
        disturbedSteps);
  }
}
