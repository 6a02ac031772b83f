package dev.hejin.catalog.deployment;

/** What the scheduler makes best. */
public enum Objective {
  /** Most tokens per second. */
  THROUGHPUT,
  /** Most tokens per US dollar. */
  COST
}
