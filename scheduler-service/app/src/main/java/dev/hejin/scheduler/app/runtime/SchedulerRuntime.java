package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.KafkaConnection;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.Gauges;
import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.PlanAnswer;
import dev.hejin.scheduler.app.port.PlanQuestion;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.ServiceView;
import dev.hejin.scheduler.app.port.ServiceWish;
import dev.hejin.scheduler.app.port.SharedService;
import dev.hejin.scheduler.app.port.SharingAnswer;
import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.app.store.Election;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.Topics;
import dev.hejin.scheduler.app.telemetry.TelemetryStreams;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Pool;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The scheduler as its adapters see it: every call is carried out on the control loop. */
@ApplicationScoped
public class SchedulerRuntime {
  private static final long TICK_MILLIS = 200;
  private static final long FIGURES_MILLIS = 2_000;

  private final ControlLoop loop = new ControlLoop();
  private final PlannerWorker planner = new PlannerWorker(Workers.THREADS);
  private final Clock clock = new SteadyClock(Clock.systemUTC());
  private final Committer committer;
  private final Election election;
  private final LogReplica replica;
  private final TelemetryStreams streams;
  private final Core core;
  private final WindowInbox inbox = new WindowInbox(loop);
  private final Registrations registrations;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private boolean aggregates;

  SchedulerRuntime(
      SchedulerConfig config,
      @ConfigProperty(name = "quarkus.grpc.server.host") String host,
      @ConfigProperty(name = "quarkus.grpc.server.port") int port) {
    String address = config.advertisedAddress().orElseGet(() -> OwnAddress.of(host, port));
    KafkaConnection kafka = KafkaConnection.of(config);
    EventLog log = new EventLog(kafka, config.topics().event());
    election =
        new Election(
            kafka,
            config.topics().event(),
            new Election.Settings(
                config.election().group(),
                address,
                config.election().sessionTimeout(),
                config.election().heartbeatInterval()));
    committer =
        new Committer(
            log,
            Clock.systemUTC(),
            loop,
            config.log(),
            address,
            election::holdsLease,
            Workers.THREADS);
    core = new Core(config, clock, committer, planner, loop);
    streams =
        new TelemetryStreams(
            config,
            windows -> inbox.add(() -> core.observed(windows)),
            window -> inbox.add(() -> core.observed(window)));
    registrations = new Registrations(loop, core.agents()::register);
    replica =
        new LogReplica(() -> Topics.ensure(config), log, election, loop, committer, new Roles());
  }

  void onStart(@Observes StartupEvent event) {
    Meters.makeAll();
    OwnMeters.make(streams);
    Gauges gauges = new Gauges();
    replica.start();
    var unused = loop.every(TICK_MILLIS, core::tick);
    var unusedFigures = loop.every(FIGURES_MILLIS, () -> gauges.show(core.figures()));
  }

  /** Leaves the others without a moment's doubt: the next leader need not wait. */
  void onStop(@Observes ShutdownEvent event) {
    replica.stop();
    election.close();
    streams.close();
    planner.close();
    loop.close();
    committer.close();
  }

  /** What this scheduler does, as the log and the group have it. On the loop. */
  private final class Roles implements LogReplica.Listener {
    @Override
    public void leading() {
      core.leading();
      aggregate(true);
      ready.complete(null);
    }

    @Override
    public void following(boolean caughtUp) {
      core.following();
      if (committer.otherLeader().isPresent()) {
        aggregate(false);
      }
      if (committer.standing().role() == Standing.Role.FOLLOWING) {
        ready.complete(null);
      }
    }
  }

  /** The leader alone looks at telemetry: it alone acts on it. */
  private void aggregate(boolean start) {
    if (start || aggregates) {
      aggregates = start;
      var unused = CompletableFuture.runAsync(start ? streams::start : streams::close);
    }
  }

  /** Completes when this scheduler leads for the first time, or follows a leader. */
  public CompletableFuture<Void> opened() {
    return ready;
  }

  /** Where this scheduler stands among the others. */
  public CompletableFuture<Standing> standing() {
    return loop.read(
        () -> {
          Standing standing = committer.standing();
          return election.isReplaced()
              ? new Standing(
                  standing.role(),
                  standing.leader(),
                  standing.term(),
                  standing.revision(),
                  "another scheduler has this one's address")
              : standing;
        });
  }

  /** A list and the revision that it reflects. */
  public record Listing<T>(List<T> items, long revision) {}

  /** Told of a deployment or a service's pipelines now and after each change; empty: all gone. */
  @FunctionalInterface
  public interface Watcher {
    void changed(List<DeploymentView> views);
  }

  /** Answer to an order about a migration. */
  public record MigrationAnswer(MigrationHold.Mode mode, long epoch, long revision) {}

  /** Answer to a rebalance. */
  public record RebalanceAnswer(boolean adopted, String reason, long epoch, long revision) {
    /** Both, where the other is of one of several pipelines. */
    RebalanceAnswer and(String pipeline, RebalanceAnswer other) {
      return new RebalanceAnswer(
          adopted || other.adopted(),
          (reason.isEmpty() ? "" : reason + "\n") + pipeline + ": " + other.reason(),
          Math.max(epoch, other.epoch()),
          other.revision());
    }
  }

  // Agents.

  /** Registers a node; the future fails when it is refused. */
  public CompletableFuture<Long> register(Registration registration, AgentLink link) {
    return registrations.add(registration, link);
  }

  public void heartbeat(String nodeId, AgentLink link) {
    long arrivedMillis = clock.millis();
    loop.post(() -> core.agents().heartbeat(nodeId, link, arrivedMillis));
  }

  public void acknowledge(
      String nodeId, AgentLink link, String directiveId, OrderOutcome outcome, String reason) {
    loop.post(() -> core.agents().acknowledge(nodeId, link, directiveId, outcome, reason));
  }

  public void disconnected(String nodeId, AgentLink link) {
    loop.post(() -> core.agents().disconnected(nodeId, link));
  }

  // Inventory.

  /** All devices, by id. */
  public CompletableFuture<Listing<DeviceView>> devices() {
    return loop.read(
        () -> {
          List<DeviceView> views = new ArrayList<>();
          for (NodeEntry node : state().nodes().values()) {
            for (Device device : node.node().devices()) {
              views.add(core.views().device(node, device));
            }
          }
          return new Listing<>(views, state().revision());
        });
  }

  public CompletableFuture<NodeView> node(String nodeId) {
    return loop.read(
        () -> {
          NodeEntry entry = state().nodes().get(nodeId);
          if (entry == null) {
            throw new RejectedException(
                Decision.Kind.NOT_FOUND,
                "node_id",
                "node '"
                    + nodeId
                    + "' has never registered\nMaybe one of "
                    + state().nodes().keySet());
          }
          return core.views().node(entry);
        });
  }

  /** Every change takes a request id, empty where the caller gave none. */
  public CompletableFuture<Long> drain(String nodeId, String reason, String requestId) {
    return loop.call(() -> core.commit(new Command.DrainNode(nodeId, reason), requestId));
  }

  public CompletableFuture<Long> undrain(String nodeId, String requestId) {
    return loop.call(() -> core.undrain(nodeId, requestId));
  }

  /** Strikes a lost node off. */
  public CompletableFuture<Long> forget(String nodeId, String requestId) {
    return loop.call(() -> core.commit(new Command.ForgetNode(nodeId), requestId));
  }

  // Deployments.

  /** Plans without changing anything. */
  public CompletableFuture<PlanAnswer> plan(
      DeploymentSpec spec, Optional<Pool> pool, String fromDeployment, PlanQuestion question) {
    if (question.severalPipelines() && !fromDeployment.isEmpty()) {
      throw new RejectedException(
          Decision.Kind.INVALID,
          "from_deployment",
          "from_deployment is '"
              + fromDeployment
              + "' while several_pipelines is set: a plan goes on from one pipeline alone"
              + "\nMaybe leave one of the two out.");
    }
    return loop.read(() -> core.planRequest(spec, pool, fromDeployment))
        .thenCompose(
            request ->
                planner.answer(request.request(), question, spec.model(), request.revision()));
  }

  /**
   * Plans several services on one pool, as if it were empty, without changing anything.
   *
   * @param completed adds what the catalogue knows of a pool and plans in force do not use
   */
  public CompletableFuture<SharingAnswer> planServices(
      List<SharedService> services, Optional<Pool> pool, UnaryOperator<Pool> completed) {
    return loop.read(() -> core.sharedPool(pool))
        .thenCompose(
            snapshot ->
                planner.share(services, completed.apply(snapshot.pool()), snapshot.revision()));
  }

  /** Plans, commits, starts to load. */
  public CompletableFuture<DeploymentView> create(DeploymentSpec spec, String requestId) {
    return loop.begin(() -> core.create(spec, requestId));
  }

  /** Plans jointly, commits each pipeline as a deployment, starts to load. */
  public CompletableFuture<ServiceView> createService(ServiceWish wish, String requestId) {
    return loop.begin(() -> core.createService(wish, requestId));
  }

  public CompletableFuture<DeploymentView> deployment(String name) {
    return loop.read(() -> core.views().deployment(name));
  }

  public CompletableFuture<Listing<DeploymentView>> deployments() {
    return loop.read(
        () ->
            new Listing<>(
                state().deployments().keySet().stream().map(core.views()::deployment).toList(),
                state().revision()));
  }

  public CompletableFuture<RebalanceAnswer> rebalance(
      String name, boolean force, String requestId) {
    return loop.begin(() -> core.rebalance(name, force, requestId));
  }

  public CompletableFuture<Long> delete(String name, String requestId) {
    return loop.call(() -> core.commit(core.services().delete(name), requestId));
  }

  public CompletableFuture<MigrationAnswer> pause(String name, String reason, String requestId) {
    return loop.call(() -> core.migration(name, core.services().pause(name, reason), requestId));
  }

  public CompletableFuture<MigrationAnswer> resume(String name, String requestId) {
    return loop.call(() -> core.migration(name, core.services().resume(name), requestId));
  }

  public CompletableFuture<MigrationAnswer> rollBack(String name, String reason, String requestId) {
    return loop.call(() -> core.rollBack(name, reason, requestId));
  }

  public void watch(String name, Watcher watcher) {
    var unused =
        loop.read(
            () -> {
              core.watch(name, watcher);
              return true;
            });
  }

  public void unwatch(String name, Watcher watcher) {
    loop.post(() -> core.unwatch(name, watcher));
  }

  private ClusterState state() {
    return committer.state();
  }
}
