package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.lifecycle.Decision.Accepted;
import dev.hejin.scheduler.lifecycle.Decision.Kind;
import dev.hejin.scheduler.lifecycle.Decision.Rejected;
import dev.hejin.scheduler.model.Device;
import java.util.ArrayList;
import java.util.List;

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
      case Command.ForgetNode c -> forget(state, c.nodeId());
      case Command.ObserveSpeed c -> observe(state, c);
      case Command.CreateDeployment c -> create(state, c);
      case Command.AdoptPlan c -> adopt(state, c);
      case Command.ActivateEpoch c -> activate(state, c);
      case Command.BlockDeployment c -> block(state, c);
      case Command.DeleteDeployment c -> delete(state, c);
      case Command.FinishDeletion c -> finish(state, c);
      case Command.Lead c ->
          Accepted.of(
              new Event.LeaderElected(
                  c.address(), state.leader().map(LeaderEntry::term).orElse(0L) + 1));
      case Command.PauseMigration c -> MigrationCommands.pause(state, c);
      case Command.ResumeMigration c -> MigrationCommands.resume(state, c);
      case Command.RollBackMigration c -> MigrationCommands.rollBack(state, c);
      case Command.Together c -> together(state, c);
      case Command.SetDeviceAside c -> setAside(state, c);
      case Command.RestoreDevice c -> restore(state, c);
    };
  }

  /**
   * What becomes of a command that a caller may give again under the same id: what was done once is
   * accepted without events. What is refused is not remembered.
   *
   * @param requestId empty when the caller gave none
   */
  public static Decision decide(ClusterState state, Command command, String requestId) {
    if (requestId.isEmpty()) {
      return decide(state, command);
    }
    if (state.request(requestId).isPresent()) {
      return Accepted.of();
    }
    if (requestId.length() > RequestEntry.MOST_ID_CHARACTERS) {
      return new Rejected(
          Kind.INVALID,
          "request_id",
          "request id has "
              + requestId.length()
              + " characters; at most "
              + RequestEntry.MOST_ID_CHARACTERS
              + " are allowed\nMaybe use a UUID.");
    }
    return switch (decide(state, command)) {
      case Rejected rejected -> rejected;
      case Accepted accepted when accepted.events().isEmpty() -> accepted;
      case Accepted accepted -> answered(accepted.events(), command, requestId);
    };
  }

  private static Accepted answered(List<Event> events, Command command, String requestId) {
    List<Event> all = new ArrayList<>(events);
    Event.RequestAnswered answer = new Event.RequestAnswered(requestId, subject(command), 0, "");
    for (Event event : events) {
      if (event instanceof Event.PlanAdopted plan) {
        answer =
            new Event.RequestAnswered(requestId, plan.deployment(), plan.epoch(), plan.reason());
      }
    }
    if (command instanceof Command.Together together) {
      answer =
          new Event.RequestAnswered(requestId, together.subject(), answer.epoch(), answer.reason());
    }
    all.add(answer);
    return new Accepted(all);
  }

  private static String subject(Command command) {
    return switch (command) {
      case Command.RegisterNode c -> c.node().id();
      case Command.LoseNode c -> c.nodeId();
      case Command.DrainNode c -> c.nodeId();
      case Command.UndrainNode c -> c.nodeId();
      case Command.ForgetNode c -> c.nodeId();
      case Command.ObserveSpeed c -> c.deviceId();
      case Command.CreateDeployment c -> c.spec().name();
      case Command.AdoptPlan c -> c.deployment();
      case Command.ActivateEpoch c -> c.deployment();
      case Command.BlockDeployment c -> c.deployment();
      case Command.DeleteDeployment c -> c.deployment();
      case Command.FinishDeletion c -> c.deployment();
      case Command.Lead c -> c.address();
      case Command.PauseMigration c -> c.deployment();
      case Command.ResumeMigration c -> c.deployment();
      case Command.RollBackMigration c -> c.deployment();
      case Command.Together c -> c.subject();
      case Command.SetDeviceAside c -> c.deviceId();
      case Command.RestoreDevice c -> c.deviceId();
    };
  }

  /** All events of all commands, or the first refusal. */
  private static Decision together(ClusterState state, Command.Together c) {
    List<Event> events = new ArrayList<>();
    for (Command command : c.commands()) {
      switch (decide(state, command)) {
        case Rejected rejected -> {
          return rejected;
        }
        case Accepted accepted -> events.addAll(accepted.events());
      }
    }
    return new Accepted(events);
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
      return unknownNode(state, nodeId);
    }
    if (known.drained() == drain) {
      return Accepted.of();
    }
    return Accepted.of(
        drain ? new Event.NodeDrained(nodeId, reason) : new Event.NodeUndrained(nodeId));
  }

  private static Rejected unknownNode(ClusterState state, String nodeId) {
    return new Rejected(
        Kind.NOT_FOUND,
        "node_id",
        "node '" + nodeId + "' has never registered\nMaybe one of " + state.nodes().keySet());
  }

  private static Decision forget(ClusterState state, String nodeId) {
    NodeEntry known = state.nodes().get(nodeId);
    if (known == null) {
      return unknownNode(state, nodeId);
    }
    if (known.online()) {
      return new Rejected(
          Kind.PRECONDITION,
          "node_id",
          "node '"
              + nodeId
              + "' is connected: only a lost node can be forgotten"
              + "\nMaybe drain it, stop its agent, and ask again when it is lost.");
    }
    return Accepted.of(new Event.NodeForgotten(nodeId));
  }

  private static Decision observe(ClusterState state, Command.ObserveSpeed c) {
    if (!isKnown(state, c.deviceId())) {
      return unknownDevice(c.deviceId());
    }
    if (!(c.speedFactor() > 0) || Double.isInfinite(c.speedFactor())) {
      return new Rejected(
          Kind.INVALID, "speed_factor", "speed factor " + c.speedFactor() + " must be above 0");
    }
    return Accepted.of(new Event.SpeedObserved(c.deviceId(), c.speedFactor(), c.evidence()));
  }

  private static Decision setAside(ClusterState state, Command.SetDeviceAside c) {
    if (!isKnown(state, c.deviceId())) {
      return unknownDevice(c.deviceId());
    }
    return state.setAside().containsKey(c.deviceId())
        ? Accepted.of()
        : Accepted.of(new Event.DeviceSetAside(c.deviceId(), c.evidence()));
  }

  /** A device without work shows no speed: what was believed of it must not keep it without. */
  private static Decision restore(ClusterState state, Command.RestoreDevice c) {
    if (!isKnown(state, c.deviceId())) {
      return unknownDevice(c.deviceId());
    }
    if (!state.setAside().containsKey(c.deviceId())) {
      return Accepted.of();
    }
    Event restored = new Event.DeviceRestored(c.deviceId(), c.reason());
    return state.speeds().containsKey(c.deviceId())
        ? Accepted.of(
            restored,
            new Event.SpeedObserved(c.deviceId(), 1, "used again; its speed is judged anew"))
        : Accepted.of(restored);
  }

  private static boolean isKnown(ClusterState state, String deviceId) {
    NodeEntry node = state.nodes().get(Device.nodeOf(deviceId));
    return node != null
        && node.node().devices().stream().anyMatch(device -> device.id().equals(deviceId));
  }

  private static Rejected unknownDevice(String deviceId) {
    return new Rejected(
        Kind.NOT_FOUND, "device_id", "device '" + deviceId + "' has never registered");
  }

  private static Decision create(ClusterState state, Command.CreateDeployment c) {
    String name = c.spec().name();
    if (state.deployment(name).isPresent()) {
      return new Rejected(
          Kind.EXISTS,
          "spec.name",
          "deployment '" + name + "' exists\nMaybe delete it first, or choose another name.");
    }
    if (!state.pipelines(name).isEmpty()) {
      return new Rejected(
          Kind.EXISTS,
          "spec.name",
          "'" + name + "' is a service\nMaybe delete it first, or choose another name.");
    }
    String service = c.spec().membership().map(ServiceMember::service).orElse("");
    if (state.deployment(service).isPresent()) {
      return new Rejected(
          Kind.EXISTS,
          "spec.name",
          "deployment '" + service + "' exists\nMaybe delete it first, or choose another name.");
    }
    if (c.proposal().poolRevision() != state.poolRevision()) {
      return stale(state, c.proposal());
    }
    // A deployment that was alone may have taken another plan since: that is no change of the pool.
    String lack = MigrationCommands.lackOfMemory(state, name, c.proposal().plan());
    if (!lack.isEmpty()) {
      return new Rejected(Kind.STALE, "", "the plan " + lack);
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

  static Rejected missing(String name) {
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
