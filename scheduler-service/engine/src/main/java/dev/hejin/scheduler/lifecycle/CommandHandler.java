package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.lifecycle.Decision.Accepted;
import dev.hejin.scheduler.lifecycle.Decision.Kind;
import dev.hejin.scheduler.lifecycle.Decision.Rejected;

/** Decides on commands. Pure: reads state, returns events, changes nothing. */
public final class CommandHandler {
  private CommandHandler() {}

  /** What becomes of {@code command} in {@code state}. */
  public static Decision decide(ClusterState state, Command command) {
    return switch (command) {
      case Command.RegisterNode c -> register(state, c);
      case Command.LoseNode c -> lose(state, c);
      case Command.DrainNode c -> drain(state, c.nodeId(), true, c.reason());
      case Command.UndrainNode c -> drain(state, c.nodeId(), false, "");
      case Command.ObserveSpeed c -> observe(state, c);
      case Command.CreateDeployment c -> create(state, c);
      case Command.AdoptPlan c -> adopt(state, c);
      case Command.ActivateEpoch c -> activate(state, c);
      case Command.BlockDeployment c -> block(state, c);
      case Command.DeleteDeployment c -> delete(state, c);
      case Command.FinishDeletion c -> finish(state, c);
    };
  }

  private static Decision register(ClusterState state, Command.RegisterNode c) {
    NodeEntry known = state.nodes().get(c.node().id());
    if (known != null && known.online() && known.node().equals(c.node())) {
      return Accepted.of();
    }
    return Accepted.of(new Event.NodeJoined(c.node()));
  }

  private static Decision lose(ClusterState state, Command.LoseNode c) {
    NodeEntry known = state.nodes().get(c.nodeId());
    if (known == null || !known.online()) {
      return Accepted.of();
    }
    return Accepted.of(new Event.NodeLost(c.nodeId(), c.reason()));
  }

  private static Decision drain(ClusterState state, String nodeId, boolean drain, String reason) {
    NodeEntry known = state.nodes().get(nodeId);
    if (known == null) {
      return new Rejected(
          Kind.NOT_FOUND,
          "node_id",
          "node '" + nodeId + "' has never registered\nMaybe one of " + state.nodes().keySet());
    }
    if (known.drained() == drain) {
      return Accepted.of();
    }
    return Accepted.of(
        drain ? new Event.NodeDrained(nodeId, reason) : new Event.NodeUndrained(nodeId));
  }

  private static Decision observe(ClusterState state, Command.ObserveSpeed c) {
    boolean known =
        state.nodes().values().stream()
            .flatMap(entry -> entry.node().devices().stream())
            .anyMatch(device -> device.id().equals(c.deviceId()));
    if (!known) {
      return new Rejected(
          Kind.NOT_FOUND, "device_id", "device '" + c.deviceId() + "' has never registered");
    }
    if (!(c.speedFactor() > 0) || Double.isInfinite(c.speedFactor())) {
      return new Rejected(
          Kind.INVALID, "speed_factor", "speed factor " + c.speedFactor() + " must be above 0");
    }
    return Accepted.of(new Event.SpeedObserved(c.deviceId(), c.speedFactor(), c.evidence()));
  }

  private static Decision create(ClusterState state, Command.CreateDeployment c) {
    String name = c.spec().name();
    if (state.deployment(name).isPresent()) {
      return new Rejected(
          Kind.EXISTS,
          "spec.name",
          "deployment '" + name + "' exists\nMaybe delete it first, or choose another name.");
    }
    if (c.proposal().poolRevision() != state.poolRevision()) {
      return stale(state, c.proposal());
    }
    return Accepted.of(new Event.DeploymentCreated(c.spec()), adopted(name, 1, c.proposal()));
  }

  private static Decision adopt(ClusterState state, Command.AdoptPlan c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null) {
      return missing(c.deployment());
    }
    if (d.deleting()) {
      return new Rejected(
          Kind.PRECONDITION, "name", "deployment '" + c.deployment() + "' is being deleted");
    }
    if (c.proposal().poolRevision() != state.poolRevision()) {
      return stale(state, c.proposal());
    }
    return Accepted.of(adopted(c.deployment(), d.epoch() + 1, c.proposal()));
  }

  private static Decision activate(ClusterState state, Command.ActivateEpoch c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null || d.epoch() != c.epoch() || d.active()) {
      return Accepted.of();
    }
    return Accepted.of(new Event.EpochActivated(c.deployment(), c.epoch()));
  }

  private static Decision block(ClusterState state, Command.BlockDeployment c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null || d.deleting() || d.blockedReason().equals(c.reason())) {
      return Accepted.of();
    }
    return Accepted.of(new Event.DeploymentBlocked(c.deployment(), c.reason()));
  }

  private static Decision delete(ClusterState state, Command.DeleteDeployment c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null) {
      return missing(c.deployment());
    }
    return d.deleting() ? Accepted.of() : Accepted.of(new Event.DeploymentDeleting(c.deployment()));
  }

  private static Decision finish(ClusterState state, Command.FinishDeletion c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null || !d.deleting()) {
      return Accepted.of();
    }
    return Accepted.of(new Event.DeploymentDeleted(c.deployment()));
  }

  private static Event.PlanAdopted adopted(String name, long epoch, Command.PlanProposal p) {
    return new Event.PlanAdopted(
        name, epoch, p.reason(), p.plan(), p.load(), p.movedBytes(), p.movedShards());
  }

  private static Rejected missing(String name) {
    return new Rejected(
        Kind.NOT_FOUND, "name", "no deployment '" + name + "'\nMaybe see ./hejin deployments.");
  }

  private static Rejected stale(ClusterState state, Command.PlanProposal proposal) {
    return new Rejected(
        Kind.STALE,
        "",
        "the pool changed at revision "
            + state.poolRevision()
            + " while the plan was made from "
            + proposal.poolRevision());
  }
}
