package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import java.util.List;
import java.util.Optional;

/**
 * A deployment as callers see it.
 *
 * @param entry what the log says
 * @param state where it stands
 * @param stateReason in words; empty when all is well
 * @param observation what telemetry says
 * @param progress of the epoch on its way; empty where another scheduler hears from devices, or
 *     this one not yet from all
 * @param trafficShare share of its service's traffic that it is to get; 1 outside services
 * @param revision that the view reflects
 */
public record DeploymentView(
    DeploymentEntry entry,
    State state,
    String stateReason,
    Observation observation,
    Optional<Progress> progress,
    double trafficShare,
    long revision) {

  /** Where a deployment stands. */
  public enum State {
    LOADING,
    SERVING,
    MIGRATING,
    DEGRADED,
    /** A new leader has not yet heard from all nodes what they serve. */
    AWAITING_REPORTS,
    BLOCKED,
    DELETING
  }

  /**
   * What telemetry says over the last window.
   *
   * @param tokensPerSecond that the slowest stage lets through; 0 while some layer is not served
   * @param balancedness mean device time / max device time, mean over stages
   * @param stageSeconds of one microbatch, slowest device of each stage
   * @param loadDrift largest distance between planned and observed load
   * @param windowEndMillis of the newest window; 0 when there is none
   * @param simulated whether a device behind the figures is simulated
   */
  public record Observation(
      double tokensPerSecond,
      double balancedness,
      List<Double> stageSeconds,
      double loadDrift,
      long windowEndMillis,
      boolean simulated) {
    /** Nothing was seen yet. */
    public static final Observation NONE = new Observation(0, 0, List.of(), 0, 0, false);

    public Observation {
      stageSeconds = List.copyOf(stageSeconds);
    }
  }

  /**
   * How far the devices are from the target plan.
   *
   * @param missingShards shards that the plan wants and devices lack
   * @param surplusShards shards that devices hold and the plan does not want
   * @param directivesInFlight sent and not acknowledged
   * @param unservedExperts experts without a live replica
   * @param violations seen by the independent checker since the deployment was first served
   * @param lastViolation in words
   */
  public record Progress(
      long missingShards,
      long surplusShards,
      long directivesInFlight,
      int unservedExperts,
      long violations,
      String lastViolation) {}
}
