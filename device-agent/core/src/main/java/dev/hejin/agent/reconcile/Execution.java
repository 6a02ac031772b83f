package dev.hejin.agent.reconcile;

/** Where a directive stands at a device. */
public sealed interface Execution {
  /** It took effect. */
  record Done() implements Execution {}

  /** Nothing was changed. */
  record Refused(String reason) implements Execution {}

  /** It goes on; worth another look after this long. */
  record Running(long waitNanos) implements Execution {}
}
