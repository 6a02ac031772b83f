package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.plan.Plan;

/** What happened. Events are committed to the log before they change state. */
public sealed interface Event {

  /** A node registered: new, back from a loss, or with another capability. */
  record NodeJoined(Node node) implements Event {}

  /** A node went away and did not come back in time. */
  record NodeLost(String nodeId, String reason) implements Event {}

  /** An operator wants the node empty. */
  record NodeDrained(String nodeId, String reason) implements Event {}

  /** The node may be used again. */
  record NodeUndrained(String nodeId) implements Event {}

  /** A lost node was struck off, with all that is remembered of it. */
  record NodeForgotten(String nodeId) implements Event {}

  /** A device's speed relative to its type was judged anew. */
  record SpeedObserved(String deviceId, double speedFactor, String evidence) implements Event {}

  /** A deployment was accepted. */
  record DeploymentCreated(DeploymentSpec spec) implements Event {}

  /** A plan became the deployment's target. */
  record PlanAdopted(
      String deployment,
      long epoch,
      String reason,
      Plan plan,
      ExpertLoad load,
      long movedBytes,
      long movedShards)
      implements Event {}

  /** Every device serves as the epoch's plan says. */
  record EpochActivated(String deployment, long epoch) implements Event {}

  /** No plan fits the pool as it is. */
  record DeploymentBlocked(String deployment, String reason) implements Event {}

  /** The deployment's devices are being emptied. */
  record DeploymentDeleting(String deployment) implements Event {}

  /** The deployment is gone. */
  record DeploymentDeleted(String deployment) implements Event {}

  /** A scheduler leads from here on. */
  record LeaderElected(String address, long term) implements Event {}

  /** A change was made for a caller who may ask again; in one transaction with its events. */
  record RequestAnswered(String requestId, String subject, long epoch, String reason)
      implements Event {}

  /** The way to the target is stopped, or goes on. */
  record MigrationModeChanged(String deployment, MigrationHold hold) implements Event {}

  /** Plans may no longer use a device that is there. */
  record DeviceSetAside(String deviceId, String evidence) implements Event {}

  /** Plans may use the device again. */
  record DeviceRestored(String deviceId, String reason) implements Event {}
}
