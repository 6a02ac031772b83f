package dev.hejin.scheduler.model;

/** Where a figure comes from, best first. */
public enum Provenance {
  /** Measured on the device itself. */
  MEASURED,
  /** Reported by the device's driver or tool. */
  DRIVER,
  /** Stated by the operator in a pool file. */
  OPERATOR,
  /** Taken from the device catalogue. */
  CATALOGUE,
  /** Assumed by the planner because nobody knows it; always listed in the plan. */
  ASSUMED,
  /** Not known. */
  UNKNOWN
}
