package dev.hejin.agent.reconcile;

/** Where a directive stands at a device. */
public sealed interface Execution {
  /** It took effect. */
  record Done() implements Execution {}

  /** Nothing was changed. */
  record Refused(String reason) implements Execution {}

  /**
   * Nobody knows how far it came. What it was to take away counts as gone, what it was to bring as
   * not there.
   */
  record Unsure(String reason) implements Execution {}

  /** It goes on; worth another look after this long. */
  record Running(long waitNanos) implements Execution {}
}
