package dev.hejin.agent.model;

/** What a device says of itself. */
public enum Health {
  HEALTHY,
  /** Works, with errors or throttling. */
  DEGRADED,
  /** Must not be used. */
  FAILED
}
