package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.detect.HeartbeatDetector;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Agents come and go, beat and acknowledge. On the control loop only. */
final class Agents {
  private static final Logger LOG = Logger.getLogger(Agents.class);

  private final SchedulerConfig.Agents settings;
  private final Clock clock;
  private final Committer committer;
  private final AgentSessions sessions;
  private final Books books;
  private final Reconciler reconciler;
  private final Observer observer;
  private final Watchers watchers;
  private final Follow follow;
  private final Absence absence;

  /**
   * What is to be done after what happens here.
   *
   * @param change after nodes came or went
   * @param soon after acknowledgements, once for all that come close together
   */
  record Follow(Runnable change, Runnable soon) {}

  Agents(
      SchedulerConfig.Agents settings,
      Clock clock,
      Committer committer,
      AgentSessions sessions,
      Books books,
      Reconciler reconciler,
      Observer observer,
      Watchers watchers,
      Follow follow) {
    this.settings = settings;
    this.clock = clock;
    this.committer = committer;
    this.sessions = sessions;
    this.books = books;
    this.reconciler = reconciler;
    this.observer = observer;
    this.watchers = watchers;
    this.follow = follow;
    this.absence = new Absence(settings, sessions);
  }

  /** This scheduler leads from now on: known nodes have their time to register. */
  void leading() {
    sessions.leadsSince(clock.millis());
  }

  /** Answers every one of them; no node is named twice. */
  void register(List<Registrations.Pending> together) {
    List<Registrations.Pending> sound = new ArrayList<>();
    for (Registrations.Pending each : together) {
      Optional<RuntimeException> refusal = refusal(each);
      if (refusal.isPresent()) {
        each.revision().completeExceptionally(refusal.get());
      } else {
        sound.add(each);
      }
    }
    if (sound.isEmpty()) {
      return;
    }
    List<Optional<RejectedException>> outcomes =
        committer.commitTogether(
            sound.stream()
                .map(each -> new Command.RegisterNode(each.registration().node()))
                .toList());
    for (int i = 0; i < sound.size(); i++) {
      Registrations.Pending each = sound.get(i);
      if (outcomes.get(i).isPresent()) {
        each.revision().completeExceptionally(outcomes.get(i).get());
      } else {
        registered(each);
      }
    }
    follow.change().run();
  }

  private Optional<RuntimeException> refusal(Registrations.Pending pending) {
    String nodeId = pending.nodeId();
    if (!committer.isAvailable()) {
      return Optional.of(committer.refusal("node '" + nodeId + "' cannot register"));
    }
    Optional<AgentSessions.Session> known = sessions.of(nodeId);
    boolean isTaken =
        known.isPresent()
            && known.get().isOpen()
            && known.get().link != pending.link()
            && !known.get().instanceId.equals(pending.registration().instanceId())
            && clock.millis() - known.get().lastSeenMillis < settings.heartbeatTimeout().toMillis();
    return isTaken
        ? Optional.of(
            new RejectedException(
                Decision.Kind.EXISTS,
                "register.capability.node_id",
                "node '"
                    + nodeId
                    + "' is registered by another agent that is alive"
                    + "\nMaybe two agents run with one node name; give each its own."))
        : Optional.empty();
  }

  private void registered(Registrations.Pending pending) {
    Registration registration = pending.registration();
    String nodeId = pending.nodeId();
    Optional<AgentSessions.Session> known = sessions.of(nodeId);
    books.forget(nodeId);
    reconciler.lost(registration.node());
    books.report(registration.holdings());
    if (known.isPresent() && known.get().isOpen() && known.get().link != pending.link()) {
      AgentLink old = known.get().link;
      known.get().brokenMillis = clock.millis();
      old.close("node '" + nodeId + "' came back on another stream");
    }
    sessions.put(
        nodeId,
        new AgentSessions.Session(
            registration.instanceId(),
            pending.link(),
            new HeartbeatDetector(
                settings.heartbeatInterval().toMillis(),
                settings.heartbeatDeviation().toMillis(),
                clock.millis()),
            registration.remarks(),
            clock.millis()));
    try (LogFields fields = LogFields.node(nodeId)) {
      LOG.infof(
          "node %s registered: %d devices, agent %s",
          nodeId, registration.node().devices().size(), registration.agentVersion());
    }
    pending.link().accepted(committer.state().revision(), committer.term());
    pending.revision().complete(committer.state().revision());
  }

  /**
   * @param arrivedMillis when it came, however long it waited for the loop
   */
  void heartbeat(String nodeId, AgentLink link, long arrivedMillis) {
    sessions
        .of(nodeId)
        .filter(session -> session.link == link)
        .ifPresent(
            session -> {
              session.heartbeats.heartbeat(arrivedMillis);
              session.lastSeenMillis = arrivedMillis;
            });
  }

  void acknowledge(
      String nodeId, AgentLink link, String directiveId, OrderOutcome outcome, String reason) {
    if (sessions.link(nodeId) != link) {
      return;
    }
    if (outcome != OrderOutcome.DONE) {
      try (LogFields fields = LogFields.node(nodeId)) {
        String what = outcome == OrderOutcome.UNSURE ? "failed in the middle of" : "refused";
        LOG.warnf("node %s %s directive %s: %s", nodeId, what, directiveId, reason);
      }
    }
    books
        .acknowledged(directiveId, outcome, clock.millis())
        .ifPresent(
            order -> {
              if (outcome == OrderOutcome.UNSURE) {
                reconciler.lost(order.deployment(), order.deviceId());
              }
              reconciler.markDirty(order.deployment());
              watchers.mark(order.deployment());
              follow.soon().run();
            });
  }

  void disconnected(String nodeId, AgentLink link) {
    sessions
        .of(nodeId)
        .filter(session -> session.link == link && session.isOpen())
        .ifPresent(
            session -> {
              session.brokenMillis = clock.millis();
              LOG.infof("node %s: stream ended", nodeId);
            });
  }

  /** Nodes that have been away for too long are lost, together. */
  void loseAbsent(long now) {
    List<Command.LoseNode> lost = new ArrayList<>();
    for (NodeEntry entry : committer.state().nodes().values()) {
      if (entry.online()) {
        absence
            .reason(entry.node().id(), now)
            .ifPresent(reason -> lost.add(new Command.LoseNode(entry.node().id(), reason)));
      }
    }
    if (!lost.isEmpty()) {
      lose(lost);
    }
  }

  private void lose(List<Command.LoseNode> lost) {
    var unused = committer.commitTogether(lost);
    for (Command.LoseNode command : lost) {
      sessions.of(command.nodeId()).ifPresent(s -> s.link.close(command.reason()));
      sessions.remove(command.nodeId());
      books.forget(command.nodeId());
      observer.forget(command.nodeId());
      try (LogFields fields = LogFields.node(command.nodeId())) {
        LOG.warnf("node %s is lost: %s", command.nodeId(), command.reason());
      }
    }
    follow.change().run();
  }
}
