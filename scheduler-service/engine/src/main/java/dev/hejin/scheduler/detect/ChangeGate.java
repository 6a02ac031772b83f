package dev.hejin.scheduler.detect;

/**
 * Keeps noise from moving anything: a shortfall leads to a new plan when it lasts for {@value
 * #WINDOWS} windows in a row, or at once when it is far beyond the threshold.
 */
public final class ChangeGate {
  /** Windows in a row that a small shortfall must last. */
  public static final int WINDOWS = 2;

  /** Beyond the threshold by this share, one window is enough. */
  private static final double CLEARLY = 0.05;

  private int windows;

  /**
   * Takes one window.
   *
   * @param now throughput with what was observed, tokens a second
   * @param promised what the plan was made for, tokens a second
   * @param threshold share of the promise below which it counts as a shortfall, 0 to 1
   * @return whether to look for another plan
   */
  public boolean opens(double now, double promised, double threshold) {
    windows = now < promised * threshold ? windows + 1 : 0;
    return windows >= WINDOWS || now < promised * (threshold - CLEARLY);
  }

  /** Another plan came into force: what was seen before says nothing of it. */
  public void reset() {
    windows = 0;
  }
}
