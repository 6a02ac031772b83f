package dev.hejin.scheduler.app.observe;

import java.util.List;

/**
 * What is so at a moment, as gauges show it.
 *
 * @param leads whether this scheduler leads and can commit
 * @param ready whether it can do its part
 * @param term of the leader that the log names last
 * @param revision that this scheduler has come to
 * @param connectedNodes nodes with an open session here
 * @param nodes by state
 * @param devices by state
 * @param deployments at most {@link #MOST_DEPLOYMENTS} of them
 */
public record StateFigures(
    boolean leads,
    boolean ready,
    long term,
    long revision,
    long connectedNodes,
    List<Counted> nodes,
    List<Counted> devices,
    List<Deployment> deployments) {
  /** Further deployments have no series of their own. */
  public static final int MOST_DEPLOYMENTS = 100;

  /** Before anything is known. */
  public static final StateFigures NONE =
      new StateFigures(false, false, 0, 0, 0, List.of(), List.of(), List.of());

  public StateFigures {
    nodes = List.copyOf(nodes);
    devices = List.copyOf(devices);
    deployments = List.copyOf(deployments);
  }

  /** How many are in a state. */
  public record Counted(String state, long count) {}

  /**
   * One deployment.
   *
   * @param epoch in force or on its way
   * @param unserved experts and layers without a live replica
   * @param balancedness mean device time / max device time, mean over stages; 0 when not seen
   * @param predictedStepSeconds of the plan
   * @param observedStepSeconds of the slowest stage, over the last window; 0 when not seen
   */
  public record Deployment(
      String name,
      long epoch,
      long unserved,
      double balancedness,
      double predictedStepSeconds,
      double observedStepSeconds) {}
}
