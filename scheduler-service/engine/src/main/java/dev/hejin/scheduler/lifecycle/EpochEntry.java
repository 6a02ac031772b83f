package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * One plan of a deployment's history.
 *
 * @param number counts up from 1
 * @param reason why it was made
 * @param adoptedRevision revision at which it became the target
 * @param adoptedMillis log time
 * @param activeMillis log time at which all devices served it; 0 while they do not
 * @param movedBytes bytes of shards that had to be loaded
 * @param movedShards shards that had to be loaded
 * @param predictedTokensPerSecond of its plan
 */
public record EpochEntry(
    long number,
    String reason,
    long adoptedRevision,
    long adoptedMillis,
    long activeMillis,
    long movedBytes,
    long movedShards,
    double predictedTokensPerSecond) {
  public EpochEntry {
    requireNonNull(reason, "reason");
  }

  EpochEntry activated(long millis) {
    return new EpochEntry(
        number,
        reason,
        adoptedRevision,
        adoptedMillis,
        millis,
        movedBytes,
        movedShards,
        predictedTokensPerSecond);
  }
}
