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
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
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
    this.reconciler = new Reconciler(committer, books, sessions, clock);
    this.rebalancer =
        new Rebalancer(config.rebalance(), committer, planner, loop, observer, this::followChange);
    this.watchers = new Watchers(this::viewOrEmpty);
    this.lastTickMillis = clock.millis();
  }

  private ClusterState state() {
    return committer.state();
  }

  long commit(Command command) {
    long revision = committer.commit(command);
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

  void logOpened() {
    openedMillis = clock.millis();
    afterChange();
  }

  // Agents.

  long register(Registration registration, AgentLink link) {
    String nodeId = registration.node().id();
    if (!committer.isAvailable()) {
      throw new UnavailableException(
          "node '" + nodeId + "' cannot register: " + committer.unavailableReason());
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
        nodeId, new AgentSessions.Session(registration.instanceId(), link, clock.millis()));
    LOG.infof(
        "node %s registered: %d devices, agent %s",
        nodeId, registration.node().devices().size(), registration.agentVersion());
    link.accepted(revision);
    afterChange();
    return revision;
  }

  void heartbeat(String nodeId, AgentLink link) {
    sessions
        .of(nodeId)
        .filter(session -> session.link == link)
        .ifPresent(session -> session.lastSeenMillis = clock.millis());
  }

  void acknowledge(String nodeId, AgentLink link, String directiveId, boolean done, String reason) {
    heartbeat(nodeId, link);
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
    long timeout = config.agents().heartbeatTimeout().toMillis();
    if (now - s.lastSeenMillis > timeout) {
      return Optional.of("no heartbeat for " + (now - s.lastSeenMillis) + " ms");
    }
    return Optional.empty();
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

  CompletableFuture<DeploymentView> create(DeploymentSpec spec) {
    if (state().deployment(spec.name()).isPresent()) {
      throw new RejectedException(
          Decision.Kind.EXISTS,
          "spec.name",
          "deployment '" + spec.name() + "' exists\nMaybe delete it first, or use another name.");
    }
    if (!committer.isAvailable()) {
      throw new UnavailableException(
          "no change can be committed: " + committer.unavailableReason());
    }
    return rebalancer.create(spec).thenApply(done -> view(spec.name()));
  }

  CompletableFuture<SchedulerRuntime.RebalanceAnswer> rebalance(String name, boolean force) {
    DeploymentEntry entry = entry(name);
    if (entry.deleting()) {
      throw new RejectedException(
          Decision.Kind.PRECONDITION, "name", "deployment '" + name + "' is being deleted");
    }
    return rebalancer.reconsider(name, "asked for", force);
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
    DeploymentView.Progress progress = reconciler.progress(entry);
    DeploymentView.State stateNow = reconciler.state(entry, progress);
    String reason =
        switch (stateNow) {
          case BLOCKED -> entry.blockedReason();
          case DEGRADED -> progress.unservedExperts() + " experts or layers have no live replica";
          case LOADING, SERVING, MIGRATING, DELETING -> "";
        };
    return new DeploymentView(
        entry,
        stateNow,
        reason,
        observer.observation(entry, progress.unservedExperts()),
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
