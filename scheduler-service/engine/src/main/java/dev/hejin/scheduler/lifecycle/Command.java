package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.plan.Plan;

/** What somebody, or the scheduler itself, wants to happen. */
public sealed interface Command {

  /** An agent registered its node. */
  record RegisterNode(Node node) implements Command {}

  /** A node's agent stayed away too long. */
  record LoseNode(String nodeId, String reason) implements Command {}

  /** Empty a node and keep it empty. */
  record DrainNode(String nodeId, String reason) implements Command {}

  /** Use a drained node again. */
  record UndrainNode(String nodeId) implements Command {}

  /** Judge a device's speed anew. */
  record ObserveSpeed(String deviceId, double speedFactor, String evidence) implements Command {}

  /** Create a deployment with its first plan, made from the pool at {@code poolRevision}. */
  record CreateDeployment(DeploymentSpec spec, PlanProposal proposal) implements Command {}

  /** Make another plan the target. */
  record AdoptPlan(String deployment, PlanProposal proposal) implements Command {}

  /** All devices serve the epoch. */
  record ActivateEpoch(String deployment, long epoch) implements Command {}

  /** No plan fits. */
  record BlockDeployment(String deployment, String reason) implements Command {}

  /** Empty the deployment's devices. */
  record DeleteDeployment(String deployment) implements Command {}

  /** The deployment's devices are empty. */
  record FinishDeletion(String deployment) implements Command {}

  /**
   * A plan and the snapshot that it was made from.
   *
   * @param plan the plan
   * @param load expert load that it was made for
   * @param poolRevision {@link ClusterState#poolRevision()} of the snapshot; a proposal from an
   *     older pool is refused
   * @param reason why, with evidence
   * @param movedBytes bytes of shards that have to be loaded
   * @param movedShards shards that have to be loaded
   */
  record PlanProposal(
      Plan plan,
      ExpertLoad load,
      long poolRevision,
      String reason,
      long movedBytes,
      long movedShards) {}
}
