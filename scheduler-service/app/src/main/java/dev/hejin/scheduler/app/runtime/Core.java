package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.detect.HeartbeatDetector;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.PlanEntry;
import dev.hejin.scheduler.lifecycle.RequestEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.MigrationEstimate;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** All that happens on the control loop: agents come and go, plans are made, devices follow. */
final class Core {
  private static final Logger LOG = Logger.getLogger(Core.class);
  private static final long PAUSE_MILLIS = 1_000;

  private static final long FOLLOW_MILLIS = 20;

  /** Everything is compared again this often, whatever was or was not noticed. */
  private static final int SWEEP_TICKS = 25;

  private final SchedulerConfig config;
  private final Clock clock;
  private final Committer committer;
  private final AgentSessions sessions = new AgentSessions();
  private final Books books = new Books();
  private final Observer observer;
  private final Reconciler reconciler;
  private final Rebalancer rebalancer;
  private final Watchers watchers;
  private final ControlLoop loop;
  private boolean followIsDue;
  private long ticks;
  private long lastTickMillis;
  private long openedMillis;

  Core(
      SchedulerConfig config,
      Clock clock,
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop) {
    this.config = config;
    this.clock = clock;
    this.loop = loop;
    this.committer = committer;
    this.observer = new Observer(committer, config.rebalance());
    this.reconciler = new Reconciler(config.migration(), committer, books, sessions, clock);
    this.rebalancer =
        new Rebalancer(
            config.rebalance(),
            committer,
            planner,
            loop,
            observer,
            reconciler::blockedMillis,
            this::followChange);
    this.watchers = new Watchers(this::viewOrEmpty);
    this.lastTickMillis = clock.millis();
  }

  private ClusterState state() {
    return committer.state();
  }

  long commit(Command command, String requestId) {
    long revision = committer.commit(command, requestId);
    afterChange();
    return revision;
  }

  private void afterChange() {
    rebalancer.poolChanged();
    followChange();
  }

  /** One comparison for all acknowledgements that come close together. */
  private void followSoon() {
    if (!followIsDue) {
      followIsDue = true;
      loop.after(
          FOLLOW_MILLIS,
          () -> {
            followIsDue = false;
            guarded(reconciler::reconcileDirty);
          });
    }
  }

  /** Devices and watchers follow a committed change. */
  private void followChange() {
    reconciler.reconcileAll();
    watchers.markAll();
  }

  /** This scheduler leads from now on, or again; agents that stayed are still known. */
  void leading() {
    openedMillis = clock.millis();
    afterChange();
  }

  /** Records of the log were applied; when another scheduler leads, its agents are not ours. */
  void following() {
    if (committer.otherLeader().isEmpty()) {
      return;
    }
    List<AgentLink> links = sessions.clear();
    if (!links.isEmpty()) {
      LOG.warnf("%d nodes are sent to the scheduler that leads", links.size());
      links.forEach(link -> link.leave(committer.refusal("this session is over")));
    }
    books.clear();
    reconciler.forget();
    observer.clear();
    watchers.markAll();
  }

  // Agents.

  long register(Registration registration, AgentLink link) {
    String nodeId = registration.node().id();
    if (!committer.isAvailable()) {
      throw committer.refusal("node '" + nodeId + "' cannot register");
    }
    Optional<AgentSessions.Session> known = sessions.of(nodeId);
    if (known.isPresent()
        && known.get().isOpen()
        && known.get().link != link
        && !known.get().instanceId.equals(registration.instanceId())
        && clock.millis() - known.get().lastSeenMillis
            < config.agents().heartbeatTimeout().toMillis()) {
      throw new RejectedException(
          Decision.Kind.EXISTS,
          "register.capability.node_id",
          "node '"
              + nodeId
              + "' is registered by another agent that is alive"
              + "\nMaybe two agents run with one node name; give each its own.");
    }
    long revision = committer.commit(new Command.RegisterNode(registration.node()));
    books.forget(nodeId);
    reconciler.lost(registration.node());
    books.report(registration.holdings());
    if (known.isPresent() && known.get().isOpen() && known.get().link != link) {
      AgentLink old = known.get().link;
      known.get().brokenMillis = clock.millis();
      old.close("node '" + nodeId + "' came back on another stream");
    }
    sessions.put(
        nodeId,
        new AgentSessions.Session(
            registration.instanceId(),
            link,
            new HeartbeatDetector(
                config.agents().heartbeatInterval().toMillis(),
                config.agents().heartbeatDeviation().toMillis(),
                clock.millis()),
            clock.millis()));
    LOG.infof(
        "node %s registered: %d devices, agent %s",
        nodeId, registration.node().devices().size(), registration.agentVersion());
    link.accepted(revision, committer.term());
    afterChange();
    return revision;
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

  void acknowledge(String nodeId, AgentLink link, String directiveId, boolean done, String reason) {
    if (sessions.link(nodeId) != link) {
      return;
    }
    if (!done) {
      LOG.warnf("node %s refused directive %s: %s", nodeId, directiveId, reason);
    }
    books
        .acknowledged(directiveId, done, clock.millis())
        .ifPresent(
            deployment -> {
              reconciler.markDirty(deployment);
              watchers.mark(deployment);
              followSoon();
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

  // Time.

  void tick() {
    long now = clock.millis();
    long gap = now - lastTickMillis;
    lastTickMillis = now;
    if (gap > PAUSE_MILLIS) {
      LOG.warnf("the scheduler stood still for %d ms; heartbeats get that much more time", gap);
      sessions.forgive(gap);
    }
    if (committer.isAvailable()) {
      loseAbsentNodes(now);
      guarded(() -> rebalancer.tick(now));
      if (++ticks % SWEEP_TICKS == 0) {
        guarded(reconciler::reconcileAll);
      } else {
        guarded(reconciler::reconcileDirty);
      }
      guarded(committer::snapshotIfDue);
    }
    watchers.publish();
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (UnavailableException e) {
      LOG.debugf("put off: %s", e.getMessage());
    } catch (RejectedException e) {
      LOG.warnf("refused: %s", e.getMessage());
    }
  }

  private void loseAbsentNodes(long now) {
    List<Command.LoseNode> lost = new ArrayList<>();
    for (NodeEntry entry : state().nodes().values()) {
      if (entry.online()) {
        absence(entry.node().id(), now)
            .ifPresent(reason -> lost.add(new Command.LoseNode(entry.node().id(), reason)));
      }
    }
    for (Command.LoseNode command : lost) {
      guarded(
          () -> {
            committer.commit(command);
            sessions.of(command.nodeId()).ifPresent(s -> s.link.close(command.reason()));
            sessions.remove(command.nodeId());
            books.forget(command.nodeId());
            observer.forget(command.nodeId());
            LOG.warnf("node %s is lost: %s", command.nodeId(), command.reason());
            afterChange();
          });
    }
  }

  private Optional<String> absence(String nodeId, long now) {
    Optional<AgentSessions.Session> session = sessions.of(nodeId);
    if (session.isEmpty()) {
      long grace = config.agents().restartGrace().toMillis();
      return now - openedMillis > grace
          ? Optional.of("did not register within " + grace + " ms of the scheduler's start")
          : Optional.empty();
    }
    AgentSessions.Session s = session.get();
    if (!s.isOpen()) {
      long grace = config.agents().reconnectGrace().toMillis();
      return now - s.brokenMillis > grace
          ? Optional.of("its stream ended and it did not come back within " + grace + " ms")
          : Optional.empty();
    }
    long silence = now - s.heartbeats.lastMillis();
    long interval = config.agents().heartbeatInterval().toMillis();
    boolean surprising =
        silence > 2 * interval && s.heartbeats.phi(now) >= config.agents().phiThreshold();
    return surprising || silence > 2 * config.agents().heartbeatTimeout().toMillis()
        ? Optional.of(s.heartbeats.evidence(now))
        : Optional.empty();
  }

  // Telemetry.

  void observed(DeviceWindow window) {
    observer.add(window);
    watchers.mark(window.deployment());
  }

  void observed(ExpertWindow window) {
    observer.add(window);
  }

  // Deployments.

  /** A request for the planner and the revision of its snapshot. */
  record Snapshot(PlanRequest request, long revision) {}

  Snapshot planRequest(DeploymentSpec spec, Optional<Pool> pool, String fromDeployment) {
    Optional<Placement> from =
        fromDeployment.isEmpty()
            ? Optional.empty()
            : entry(fromDeployment).targetPlan().map(Plan::placement);
    return new Snapshot(
        new PlanRequest(
            spec.model(),
            pool.orElseGet(() -> state().poolFor(spec.name())),
            spec.workload(),
            spec.expectedLoad(),
            spec.options(),
            from.orElse(null)),
        state().revision());
  }

  CompletableFuture<DeploymentView> create(DeploymentSpec spec, String requestId) {
    checkLeads();
    if (state().request(requestId).isPresent()) {
      return CompletableFuture.completedFuture(view(spec.name()));
    }
    if (state().deployment(spec.name()).isPresent()) {
      throw new RejectedException(
          Decision.Kind.EXISTS,
          "spec.name",
          "deployment '" + spec.name() + "' exists\nMaybe delete it first, or use another name.");
    }
    return rebalancer.create(spec, requestId).thenApply(done -> view(spec.name()));
  }

  private void checkLeads() {
    if (!committer.isAvailable()) {
      throw committer.refusal("no change can be committed");
    }
  }

  CompletableFuture<SchedulerRuntime.RebalanceAnswer> rebalance(
      String name, boolean force, String requestId) {
    checkLeads();
    Optional<RequestEntry> answered = state().request(requestId);
    if (answered.isPresent()) {
      RequestEntry answer = answered.get();
      return CompletableFuture.completedFuture(
          new SchedulerRuntime.RebalanceAnswer(
              true, answer.reason(), answer.epoch(), answer.revision()));
    }
    DeploymentEntry entry = entry(name);
    if (entry.deleting()) {
      throw new RejectedException(
          Decision.Kind.PRECONDITION, "name", "deployment '" + name + "' is being deleted");
    }
    return rebalancer.reconsider(name, new Rebalancer.Motive("asked for", force, requestId));
  }

  SchedulerRuntime.MigrationAnswer rollBack(String name, String reason, String requestId) {
    checkLeads();
    DeploymentEntry entry = entry(name);
    Optional<PlanEntry> back = entry.fallbackPlan();
    MigrationEstimate estimate =
        back.isEmpty() || entry.targetPlan().isEmpty()
            ? new MigrationEstimate(0, 0, 0, 0)
            : Moves.between(entry.spec(), entry.targetPlan().get(), back.get().plan());
    return migration(
        name,
        new Command.RollBackMigration(name, reason, estimate.loadBytes(), estimate.loadShards()),
        requestId);
  }

  SchedulerRuntime.MigrationAnswer migration(String name, Command command, String requestId) {
    long revision = commit(command, requestId);
    DeploymentEntry now = entry(name);
    return new SchedulerRuntime.MigrationAnswer(now.hold().mode(), now.epoch(), revision);
  }

  private DeploymentEntry entry(String name) {
    return state()
        .deployment(name)
        .orElseThrow(
            () ->
                new RejectedException(
                    Decision.Kind.NOT_FOUND,
                    "name",
                    "no deployment '" + name + "'\nMaybe see ./hejin deployments."));
  }

  void watch(String name, SchedulerRuntime.Watcher watcher) {
    watchers.add(name, watcher);
  }

  void unwatch(String name, SchedulerRuntime.Watcher watcher) {
    watchers.remove(name, watcher);
  }

  // Views.

  DeploymentView view(String name) {
    DeploymentEntry entry = entry(name);
    Optional<DeploymentView.Progress> progress =
        committer.otherLeader().isPresent()
            ? Optional.empty()
            : Optional.of(reconciler.progress(entry));
    int unserved = progress.map(DeploymentView.Progress::unservedExperts).orElse(0);
    DeploymentView.State stateNow = reconciler.state(entry, unserved);
    String reason =
        switch (stateNow) {
          case BLOCKED -> entry.blockedReason();
          case DEGRADED -> unserved + " experts or layers have no live replica";
          case LOADING, SERVING, MIGRATING, DELETING -> "";
        };
    return new DeploymentView(
        entry,
        stateNow,
        reason,
        observer.observation(entry, unserved),
        progress,
        state().revision());
  }

  private Optional<DeploymentView> viewOrEmpty(String name) {
    return state().deployment(name).map(entry -> view(name));
  }

  DeviceView deviceView(NodeEntry node, Device device) {
    SpeedEntry speed = state().speeds().getOrDefault(device.id(), new SpeedEntry(1.0, ""));
    int shards = 0;
    for (String deployment : books.deployments()) {
      Map<String, DeviceBook> devices = books.of(deployment);
      DeviceBook book = devices.get(device.id());
      shards += book == null ? 0 : book.contents().loaded().size();
    }
    Optional<DeviceWindow> window = observer.window(device.id());
    return new DeviceView(
        device,
        node,
        speed,
        shards,
        window.map(DeviceWindow::memoryUsedBytes).orElse(0L),
        window.map(DeviceWindow::stepSeconds).orElse(0.0),
        window.map(DeviceWindow::temperatureCelsius).orElse(0.0));
  }

  NodeView nodeView(NodeEntry entry) {
    return new NodeView(
        entry,
        sessions.of(entry.node().id()).map(s -> s.lastSeenMillis).orElse(0L),
        entry.node().devices().stream().map(device -> deviceView(entry, device)).toList(),
        state().revision());
  }
}
