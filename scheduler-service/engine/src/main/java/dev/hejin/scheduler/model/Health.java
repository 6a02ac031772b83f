package dev.hejin.scheduler.model;

/** What a device says of itself. */
public enum Health {
  HEALTHY,
  DEGRADED,
  FAILED,
  UNKNOWN
}
