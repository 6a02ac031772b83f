package dev.hejin.lab.scenario;

import static java.util.Objects.requireNonNull;

/**
 * How the scheduler is set.
 *
 * @param policy short name of the expert policy
 * @param rebalance whether plans follow load and speeds; lost devices are replaced in any case
 * @param speedAware whether speeds that telemetry shows are believed
 * @param decisionSeconds interval of decisions
 * @param windowSeconds length of a window of telemetry
 * @param cooldownSeconds least time between two plans
 * @param gainThreshold the plan in force stays when it reaches this share of a new one
 * @param speedTolerance difference of speed that is noise
 * @param horizonSeconds over which a change must pay
 * @param disturbance share of throughput that a change is reckoned to cost
 * @param migrationGib most GiB that one change may load; infinite: no limit
 * @param loadGbPerSecond at which one device loads weights, in 10^9 bytes/s
 * @param nodeShare most of a node's network that loads take, 0 to 1
 * @param redundantExpertShare most slots beyond one for each expert, as a share of the experts
 */
public record Control(
    String policy,
    boolean rebalance,
    boolean speedAware,
    double decisionSeconds,
    double windowSeconds,
    double cooldownSeconds,
    double gainThreshold,
    double speedTolerance,
    double horizonSeconds,
    double disturbance,
    double migrationGib,
    double loadGbPerSecond,
    double nodeShare,
    double redundantExpertShare) {
  /** Checks that there is a policy. */
  public Control {
    requireNonNull(policy, "policy");
  }
}
