package dev.hejin.scheduler.app.runtime;

/**
 * Why to plan again.
 *
 * @param reason in words
 * @param must whether the new plan is adopted even when it is not better
 * @param requestId of the caller; empty: none
 */
record Motive(String reason, boolean must, String requestId) {

  /** One that nobody asked for. */
  Motive(String reason, boolean must) {
    this(reason, must, "");
  }
}
