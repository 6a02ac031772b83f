package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.StateFigures;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.ServiceView;
import dev.hejin.scheduler.app.port.ServiceWish;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.RequestEntry;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** All that happens on the control loop: agents come and go, plans are made, devices follow. */
final class Core {
  private static final Logger LOG = Logger.getLogger(Core.class);
  private static final long PAUSE_MILLIS = 1_000;

  private static final long FOLLOW_MILLIS = 20;

  /** Plans of a pipeline that is asked for, while the pool changes under them. */
  private static final int TRIES = 5;

  /** Everything is compared again this often, whatever was or was not noticed. */
  private static final int SWEEP_TICKS = 25;

  private final Clock clock;
  private final Committer committer;
  private final AgentSessions sessions = new AgentSessions();
  private final Books books = new Books();
  private final Observer observer;
  private final Calibrator calibrator;
  private final Reconciler reconciler;
  private final Rebalancer rebalancer;
  private final Views views;
  private final Services services;
  private final Agents agents;
  private final Watchers watchers;
  private final ControlLoop loop;
  private boolean followIsDue;
  private long ticks;
  private long lastTickMillis;

  Core(
      SchedulerConfig config,
      Clock clock,
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop) {
    this.clock = clock;
    this.loop = loop;
    this.committer = committer;
    this.calibrator = new Calibrator(config.rebalance().calibrate());
    this.observer = new Observer(committer, config.rebalance());
    this.reconciler = new Reconciler(config.migration(), committer, books, sessions, clock);
    this.rebalancer =
        new Rebalancer(
            config.rebalance(),
            committer,
            planner,
            loop,
            observer,
            calibrator,
            reconciler::blockedMillis,
            this::followChange);
    reconciler.waitFor(rebalancer.repairs()::isRepairing);
    this.views = new Views(committer, reconciler, observer, calibrator, books, sessions);
    this.services = new Services(committer, planner, loop, calibrator, views, rebalancer::created);
    this.watchers = new Watchers(views::named, views::serviceOf);
    this.agents =
        new Agents(
            config.agents(),
            clock,
            committer,
            sessions,
            books,
            reconciler,
            observer,
            watchers,
            new Agents.Follow(this::afterChange, this::followSoon));
    this.lastTickMillis = clock.millis();
  }

  Agents agents() {
    return agents;
  }

  private ClusterState state() {
    return committer.state();
  }

  long commit(Command command, String requestId) {
    long revision = committer.commit(command, requestId);
    afterChange();
    return revision;
  }

  /** A node that is undrained is used again with all its devices. */
  long undrain(String nodeId, String requestId) {
    long revision = committer.commit(new Command.UndrainNode(nodeId), requestId);
    rebalancer.aside().restore(nodeId);
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
    agents.leading();
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
    calibrator.clear();
    watchers.markAll();
  }

  /** The state as gauges show it. */
  StateFigures figures() {
    return FiguresView.of(committer.standing(), state(), views, sessions.connected());
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
      guarded(() -> agents.loseAbsent(now));
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

  // Telemetry.

  void observed(List<DeviceWindow> windows) {
    windows.forEach(observer::add);
    if (committer.isAvailable()) {
      windows.forEach(rebalancer.aside()::see);
    }
    windows.stream().map(DeviceWindow::deployment).distinct().forEach(watchers::mark);
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
            pool.orElseGet(() -> calibrator.scaled(state().poolFor(spec.name()))),
            spec.workload(),
            spec.expectedLoad(),
            spec.options(),
            from.orElse(null)),
        state().revision());
  }

  /** A pool to plan on and the revision of its snapshot. */
  record PoolSnapshot(Pool pool, long revision) {}

  /** A given pool, or all of the live one. */
  PoolSnapshot sharedPool(Optional<Pool> given) {
    return new PoolSnapshot(
        given.orElseGet(() -> calibrator.scaled(state().usablePool())), state().revision());
  }

  CompletableFuture<DeploymentView> create(DeploymentSpec spec, String requestId) {
    checkLeads();
    if (state().request(requestId).isPresent()) {
      return CompletableFuture.completedFuture(views.deployment(spec.name()));
    }
    if (state().deployment(spec.name()).isPresent()) {
      throw new RejectedException(
          Decision.Kind.EXISTS,
          "spec.name",
          "deployment '" + spec.name() + "' exists\nMaybe delete it first, or use another name.");
    }
    return rebalancer.create(spec, requestId).thenApply(done -> views.deployment(spec.name()));
  }

  CompletableFuture<ServiceView> createService(ServiceWish wish, String requestId) {
    checkLeads();
    return services.create(wish, requestId);
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
    List<String> pipelines = services.deployments(name);
    if (!pipelines.equals(List.of(name))) {
      return rebalanceAll(pipelines, force, requestId);
    }
    DeploymentEntry entry = entry(name);
    if (entry.deleting()) {
      throw new RejectedException(
          Decision.Kind.PRECONDITION, "name", "deployment '" + name + "' is being deleted");
    }
    return rebalancer.replanning().reconsider(name, new Motive("asked for", force, requestId));
  }

  /** One after the other: what one adopts, the next takes into account. */
  private CompletableFuture<SchedulerRuntime.RebalanceAnswer> rebalanceAll(
      List<String> names, boolean force, String requestId) {
    CompletableFuture<SchedulerRuntime.RebalanceAnswer> all =
        CompletableFuture.completedFuture(
            new SchedulerRuntime.RebalanceAnswer(false, "", 0, state().revision()));
    for (String name : names) {
      String own = requestId.isEmpty() ? "" : requestId + "/" + name;
      all =
          all.thenCompose(
              before ->
                  rebalance(name, force, own, TRIES).thenApply(answer -> before.and(name, answer)));
    }
    return all;
  }

  /** Again when the pool has changed meanwhile, as it does when another pipeline adopts a plan. */
  private CompletableFuture<SchedulerRuntime.RebalanceAnswer> rebalance(
      String name, boolean force, String requestId, int tries) {
    return loop.begin(() -> rebalance(name, force, requestId))
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              boolean stale =
                  cause instanceof RejectedException rejected
                      && rejected.kind() == Decision.Kind.STALE;
              return stale && tries > 1
                  ? rebalance(name, force, requestId, tries - 1)
                  : CompletableFuture.failedFuture(cause);
            });
  }

  /** Pauses, continues or takes back, for a deployment or all pipelines of a service. */
  SchedulerRuntime.MigrationAnswer migration(String name, Command command, String requestId) {
    long revision = commit(command, requestId);
    DeploymentEntry now = entry(services.deployments(name).getFirst());
    return new SchedulerRuntime.MigrationAnswer(now.hold().mode(), now.epoch(), revision);
  }

  SchedulerRuntime.MigrationAnswer rollBack(String name, String reason, String requestId) {
    checkLeads();
    return migration(name, services.rollBack(name, reason), requestId);
  }

  Services services() {
    return services;
  }

  private DeploymentEntry entry(String name) {
    return views.entry(name);
  }

  Views views() {
    return views;
  }

  void watch(String name, SchedulerRuntime.Watcher watcher) {
    watchers.add(name, watcher);
  }

  void unwatch(String name, SchedulerRuntime.Watcher watcher) {
    watchers.remove(name, watcher);
  }
}
