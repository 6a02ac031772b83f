package dev.hejin.scheduler.simulation;

import static java.util.Objects.requireNonNull;

/**
 * What one run tries out.
 *
 * @param kind how targets differ
 * @param retargets changes of the target on the way
 * @param crashes nodes that lose everything and come back empty
 * @param disconnects nodes that lose their session and report again
 * @param restarts times that the scheduler forgets everything
 */
public record Scenario(Kind kind, int retargets, int crashes, int disconnects, int restarts) {

  /** How targets differ from each other, and how much memory there is. */
  public enum Kind {
    /** Same stages and devices, other experts; memory for the target and one expert. */
    REBALANCE,
    /** Other stages and devices; memory for several targets. */
    RESTAGE_WITH_ROOM,
    /** Other stages and devices; memory for the target and its largest shard. */
    RESTAGE_TIGHT
  }

  public Scenario {
    requireNonNull(kind, "kind");
  }
}
