package dev.hejin.deploy.local.scenario;

/**
 * How long the runner waits.
 *
 * @param reactionSeconds at most until a first new plan, where the scenario sets no limit
 * @param goodEnoughSeconds after this long a plan that is good enough is taken as kept
 * @param activeSeconds at most from a new plan until it is in force
 * @param quietSeconds without a newer plan after which things count as settled
 * @param wholeSettle whether to wait out what the scenario gives to settle, for people who watch
 */
public record Timing(
    double reactionSeconds,
    double goodEnoughSeconds,
    double activeSeconds,
    double quietSeconds,
    boolean wholeSettle) {
  /** As fast as the scheduler allows: a cooldown and a window may lie between two plans. */
  public static final Timing FAST = new Timing(15, 12, 40, 10, false);

  /** For people who watch. */
  public static final Timing SLOW = new Timing(30, 30, 120, 8, true);
}
