package dev.hejin.scheduler.lifecycle;

import org.jspecify.annotations.Nullable;

/** A piece of all that must survive a restart: head, pieces in any order, end. */
public sealed interface StatePart {

  /**
   * Comes first.
   *
   * @param revision of the state
   * @param poolRevision of its pool
   * @param leader null before the first election
   */
  record Head(long revision, long poolRevision, @Nullable LeaderEntry leader)
      implements StatePart {}

  /** A node. */
  record NodePart(NodeEntry node) implements StatePart {}

  /** Speed of a device. */
  record SpeedPart(String deviceId, SpeedEntry speed) implements StatePart {}

  /** A device that plans may not use. */
  record SetAsidePart(String deviceId, String evidence) implements StatePart {}

  /** A deployment. */
  record DeploymentPart(DeploymentEntry entry) implements StatePart {}

  /** A request that was answered; older ones come first. */
  record RequestPart(RequestEntry request) implements StatePart {}

  /**
   * Comes last.
   *
   * @param parts between head and end
   */
  record End(long parts) implements StatePart {}
}
