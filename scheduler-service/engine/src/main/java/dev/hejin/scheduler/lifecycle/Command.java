package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;

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

  /** Strike a lost node off: it will not come back. */
  record ForgetNode(String nodeId) implements Command {}

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

  /** This scheduler leads. */
  record Lead(String address) implements Command {}

  /** Take no further step to the target. */
  record PauseMigration(String deployment, String reason) implements Command {}

  /** Go on to the target; let automatic plans happen again. */
  record ResumeMigration(String deployment) implements Command {}

  /**
   * Go back to the last plan that was active, before the target is.
   *
   * @param movedBytes bytes that the way back loads when the target was reached; the devices may
   *     hold them still
   * @param movedShards the same in shards
   */
  record RollBackMigration(String deployment, String reason, long movedBytes, long movedShards)
      implements Command {}

  /**
   * Commands of several deployments, all of them or none.
   *
   * @param subject what they are about, such as the name of a service
   * @param commands of which none touches what another does
   */
  record Together(String subject, List<Command> commands) implements Command {
    public Together {
      commands = List.copyOf(commands);
    }
  }

  /** A device is so slow that plans do better without it. */
  record SetDeviceAside(String deviceId, String evidence) implements Command {}

  /** The device may be used again. */
  record RestoreDevice(String deviceId, String reason) implements Command {}

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
