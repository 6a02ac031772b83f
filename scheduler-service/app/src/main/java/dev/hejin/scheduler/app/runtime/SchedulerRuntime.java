package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.app.port.PlanAnswer;
import dev.hejin.scheduler.app.port.PlanQuestion;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.telemetry.TelemetryStreams;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
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

/** The scheduler as its adapters see it: every call is carried out on the control loop. */
@ApplicationScoped
public class SchedulerRuntime {
  private static final long TICK_MILLIS = 200;

  private final ControlLoop loop = new ControlLoop();
  private final PlannerWorker planner = new PlannerWorker();
  private final EventLog log;
  private final Committer committer;
  private final LogRecovery recovery;
  private final TelemetryStreams streams;
  private final Core core;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();

  SchedulerRuntime(SchedulerConfig config) {
    Clock clock = Clock.systemUTC();
    log = new EventLog(config.kafkaBootstrapServers(), config.topics().event());
    committer = new Committer(log, clock);
    core = new Core(config, clock, committer, planner, loop);
    streams =
        new TelemetryStreams(
            config,
            window -> loop.post(() -> core.observed(window)),
            window -> loop.post(() -> core.observed(window)));
    recovery = new LogRecovery(config, log, loop, committer, this::logOpened);
  }

  void onStart(@Observes StartupEvent event) {
    loop.post(recovery::start);
    var unused = loop.every(TICK_MILLIS, this::tick);
  }

  void onStop(@Observes ShutdownEvent event) {
    recovery.stop();
    streams.close();
    planner.close();
    loop.close();
    log.close();
  }

  private void logOpened() {
    core.logOpened();
    var unused = CompletableFuture.runAsync(streams::start);
    opened.complete(null);
  }

  private void tick() {
    if (!committer.isAvailable()) {
      recovery.start();
    }
    core.tick();
  }

  /** Completes when the event log was read for the first time. */
  public CompletableFuture<Void> opened() {
    return opened;
  }

  /** Whether changes can be committed now; empty, or the reason why not. */
  public CompletableFuture<String> whyUnavailable() {
    return loop.call(() -> committer.isAvailable() ? "" : committer.unavailableReason());
  }

  /** A list and the revision that it reflects. */
  public record Listing<T>(List<T> items, long revision) {}

  /** Told of a deployment now and after each change; empty when it is gone. */
  @FunctionalInterface
  public interface Watcher {
    void changed(Optional<DeploymentView> view);
  }

  /** Answer to a rebalance. */
  public record RebalanceAnswer(boolean adopted, String reason, long epoch, long revision) {}

  // Agents.

  /** Registers a node; the future fails when it is refused. */
  public CompletableFuture<Long> register(Registration registration, AgentLink link) {
    return loop.call(() -> core.register(registration, link));
  }

  public void heartbeat(String nodeId, AgentLink link) {
    loop.post(() -> core.heartbeat(nodeId, link));
  }

  public void acknowledge(
      String nodeId, AgentLink link, String directiveId, boolean done, String reason) {
    loop.post(() -> core.acknowledge(nodeId, link, directiveId, done, reason));
  }

  public void disconnected(String nodeId, AgentLink link) {
    loop.post(() -> core.disconnected(nodeId, link));
  }

  // Inventory.

  /** All devices, by id. */
  public CompletableFuture<Listing<DeviceView>> devices() {
    return loop.call(
        () -> {
          List<DeviceView> views = new ArrayList<>();
          for (NodeEntry node : state().nodes().values()) {
            for (Device device : node.node().devices()) {
              views.add(core.deviceView(node, device));
            }
          }
          return new Listing<>(views, state().revision());
        });
  }

  public CompletableFuture<NodeView> node(String nodeId) {
    return loop.call(
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
          return core.nodeView(entry);
        });
  }

  public CompletableFuture<Long> drain(String nodeId, String reason) {
    return loop.call(() -> core.commit(new Command.DrainNode(nodeId, reason)));
  }

  public CompletableFuture<Long> undrain(String nodeId) {
    return loop.call(() -> core.commit(new Command.UndrainNode(nodeId)));
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
              + "' while several_pipelines is set: a running deployment has one pipeline"
              + "\nMaybe leave one of the two out.");
    }
    return loop.call(() -> core.planRequest(spec, pool, fromDeployment))
        .thenCompose(
            request ->
                planner.answer(request.request(), question, spec.model(), request.revision()));
  }

  /** Plans, commits, starts to load. */
  public CompletableFuture<DeploymentView> create(DeploymentSpec spec) {
    return loop.begin(() -> core.create(spec));
  }

  public CompletableFuture<DeploymentView> deployment(String name) {
    return loop.call(() -> core.view(name));
  }

  public CompletableFuture<Listing<DeploymentView>> deployments() {
    return loop.call(
        () ->
            new Listing<>(
                state().deployments().keySet().stream().map(core::view).toList(),
                state().revision()));
  }

  public CompletableFuture<RebalanceAnswer> rebalance(String name, boolean force) {
    return loop.begin(() -> core.rebalance(name, force));
  }

  public CompletableFuture<Long> delete(String name) {
    return loop.call(() -> core.commit(new Command.DeleteDeployment(name)));
  }

  public void watch(String name, Watcher watcher) {
    loop.post(() -> core.watch(name, watcher));
  }

  public void unwatch(String name, Watcher watcher) {
    loop.post(() -> core.unwatch(name, watcher));
  }

  private ClusterState state() {
    return committer.state();
  }
}
