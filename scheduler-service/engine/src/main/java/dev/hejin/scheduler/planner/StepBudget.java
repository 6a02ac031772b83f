package dev.hejin.scheduler.planner;

import java.util.function.BooleanSupplier;

/**
 * How much a search may do: a number of candidates, and a question that the caller answers between
 * two of them. A number gives the same plan everywhere; a caller that stops by its clock gets the
 * best plan found so far. Not for several threads.
 */
public final class StepBudget {
  private final BooleanSupplier stopped;
  private long left;

  private StepBudget(long steps, BooleanSupplier stopped) {
    this.left = steps;
    this.stopped = stopped;
  }

  /** No limit. */
  public static StepBudget unlimited() {
    return new StepBudget(Long.MAX_VALUE, () -> false);
  }

  /**
   * A limit.
   *
   * @param steps candidates that may be evaluated, at least 1
   * @param stopped asked before each; true ends the search
   */
  public static StepBudget of(long steps, BooleanSupplier stopped) {
    if (steps < 1) {
      throw new IllegalArgumentException("budget of " + steps + " steps\nMaybe give at least 1.");
    }
    return new StepBudget(steps, stopped);
  }

  /** Takes a step; false when none is left or the caller stops. */
  boolean take() {
    if (left > 0 && stopped.getAsBoolean()) {
      left = 0;
    }
    if (left <= 0) {
      return false;
    }
    left--;
    return true;
  }

  /** Whether the search has to end. */
  boolean isSpent() {
    return left <= 0 || stopped.getAsBoolean();
  }
}
