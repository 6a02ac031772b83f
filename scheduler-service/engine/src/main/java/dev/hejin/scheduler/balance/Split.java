package dev.hejin.scheduler.balance;

/** How the tokens of an expert are divided among its replicas. */
public enum Split {
  /** Each replica takes the same share: what every engine can do. */
  EVEN,
  /**
   * Each replica takes a computed share, so that the times of the devices are as level as can be.
   */
  WEIGHTED
}
