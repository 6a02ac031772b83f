package dev.hejin.scheduler.balance;

/**
 * How hard to search.
 *
 * @param split how tokens are divided among replicas
 * @param targetGap a layer is good enough when its slowest device is within this share of the best
 *     conceivable time; the search stops there
 * @param maxSteps the most exchanges tried on one layer: the budget is in steps, not in
 *     milliseconds, so that the same problem gives the same plan on any machine
 */
public record BalanceOptions(Split split, double targetGap, int maxSteps) {
  /** Even split, within 0.045 % of the best conceivable time where replicas allow. */
  public static final BalanceOptions DEFAULT = new BalanceOptions(Split.EVEN, 4.5e-4, 2000);

  /** Checks the ranges. */
  public BalanceOptions {
    if (!(targetGap >= 0 && targetGap < 1)) {
      throw new InvalidProblemException(
          "targetGap", String.valueOf(targetGap), "not in [0, 1)", "use 0.0004");
    }
    if (maxSteps < 0) {
      throw new InvalidProblemException(
          "maxSteps", String.valueOf(maxSteps), "negative", "use 2000, or 0 for no search");
    }
  }

  /** These options with another split. */
  public BalanceOptions with(Split other) {
    return new BalanceOptions(other, targetGap, maxSteps);
  }
}
