package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * Whether the way to a deployment's target goes on.
 *
 * @param mode what is held up
 * @param reason why; empty while it runs
 */
public record MigrationHold(Mode mode, String reason) {
  /** Nothing is held up. */
  public static final MigrationHold NONE = new MigrationHold(Mode.RUNNING, "");

  /** What is held up. */
  public enum Mode {
    /** Nothing. */
    RUNNING,
    /** Every step, unless an expert has no live replica; and new plans, but for lost devices. */
    PAUSED,
    /** New plans that nobody asked for, but for lost devices. */
    HELD
  }

  public MigrationHold {
    requireNonNull(mode, "mode");
    requireNonNull(reason, "reason");
  }

  /** Whether plans may be made that nobody asked for and no lost device needs. */
  public boolean allowsAutomaticPlans() {
    return mode == Mode.RUNNING;
  }
}
