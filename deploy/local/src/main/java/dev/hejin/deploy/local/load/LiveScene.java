package dev.hejin.deploy.local.load;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is put under load: broker, scheduler and nodes of its own, or a scheduler that runs already.
 * Of the latter only answers can be seen.
 */
final class LiveScene implements AutoCloseable {
  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 1_000;

  private final SchedulerConnection connection;
  private final String node;
  private final String deployment;
  private @Nullable LoadCluster cluster;
  private @Nullable VirtualNodes agents;
  private @Nullable EventTail events;
  private @Nullable TelemetryLag lag;
  private @Nullable TelemetrySource source;
  private @Nullable ChangeSource changes;

  private LiveScene(SchedulerConnection connection, String node, String deployment) {
    this.connection = connection;
    this.node = node;
    this.deployment = deployment;
  }

  /** A scheduler that runs already, as it is. */
  static LiveScene of(SchedulerAddress address) {
    SchedulerConnection connection = SchedulerConnection.open(address, CALL_LIMIT);
    List<DeviceStatus> devices =
        connection
            .inventory()
            .listDevices(ListDevicesRequest.newBuilder().setPageSize(1).build())
            .getDevicesList();
    if (devices.isEmpty()) {
      connection.close();
      throw CommandFailure.refused(
          "the scheduler at " + address + " has no devices\nMaybe start agents first.");
    }
    String device = devices.getFirst().getCapability().getDeviceId();
    List<Deployment> deployments =
        connection
            .deployments()
            .listDeployments(ListDeploymentsRequest.getDefaultInstance())
            .getDeploymentsList();
    return new LiveScene(
        connection,
        device.substring(0, device.lastIndexOf('/')),
        deployments.isEmpty() ? "" : deployments.getFirst().getSpec().getName());
  }

  /** Processes of its own, with a deployment on all devices. */
  static LiveScene start(Installation installation, LoadOptions options, LiveOptions live)
      throws InterruptedException {
    LoadCluster cluster = LoadCluster.start(installation, options);
    boolean ready = false;
    LiveScene scene = null;
    try {
      List<NodeSpec> pool = PoolText.nodes("n", live.pool().nodes);
      scene = new LiveScene(cluster.connect(), pool.getFirst().name(), LoadModel.NAME);
      scene.cluster = cluster;
      scene.begin(cluster, pool, live);
      ready = true;
      return scene;
    } finally {
      if (!ready) {
        if (scene == null) {
          cluster.close();
        } else {
          scene.close();
        }
      }
    }
  }

  private void begin(LoadCluster own, List<NodeSpec> pool, LiveOptions live)
      throws InterruptedException {
    VirtualNodes sessions = new VirtualNodes(own.address());
    agents = sessions;
    events = new EventTail(own.bootstrap());
    lag = new TelemetryLag(own.bootstrap());
    sessions.connect(pool);
    // Only the changes that are asked for happen.
    LoadModel.deploy(connection, LoadModel.steady(live.pool().model, live.pool().devices()));
    List<String> names = pool.stream().map(NodeSpec::name).toList();
    if (live.telemetryHertz() > 0) {
      double samples = live.pool().devices() * live.telemetryHertz();
      source = new TelemetrySource(own.bootstrap(), names, samples);
    }
    if (live.changesPerMinute() > 0) {
      ChangeSource begun = new ChangeSource(connection, names, live.seed());
      changes = begun;
      begun.start(live.changesPerMinute());
    }
  }

  /** Reads share their weight evenly. */
  OpenLoop calls(CallMix mix, String model, long seed) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    Map<String, Double> weights = new LinkedHashMap<>();
    if (mix.weight(CallMix.READS) > 0) {
      Map<String, Runnable> reads = ApiCalls.reads(connection, node, deployment);
      calls.putAll(reads);
      reads.keySet().forEach(name -> weights.put(name, mix.weight(CallMix.READS) / reads.size()));
    }
    if (mix.weight(CallMix.PLANS) > 0) {
      calls.put(ApiCalls.PLAN, ApiCalls.plan(connection, model));
      weights.put(ApiCalls.PLAN, mix.weight(CallMix.PLANS));
    }
    return new OpenLoop(calls, weights, seed);
  }

  /** Lets calls come at a rate and says what was seen meanwhile. */
  LiveStep step(OpenLoop calls, double callsPerSecond, double seconds) throws InterruptedException {
    LoadCluster own = cluster;
    CpuMeter cpu = new CpuMeter().add("source", ProcessHandle.current().pid());
    if (own != null) {
      cpu.add("scheduler", own.scheduler().pid()).add("broker", own.broker().pid());
    }
    EventTail tail = events;
    long lostBefore = tail == null ? 0 : tail.count(EventRecord::hasNodeLost);
    int heapLines = own == null ? 0 : HeapLog.lines(own.heapLog());
    if (changes != null) {
      var unused = changes.take();
    }
    AtomicLong mostBehind = new AtomicLong(-1);
    AtomicBoolean over = new AtomicBoolean();
    Thread looks = Thread.ofVirtual().start(() -> look(mostBehind, over));
    OpenLoop.Run run = calls.run(callsPerSecond, seconds);
    over.set(true);
    looks.join();
    Map<String, CallOutcomes> outcomes = new LinkedHashMap<>(run.outcomes());
    if (changes != null) {
      outcomes.putAll(changes.take());
    }
    TelemetrySource telemetry = source;
    return new LiveStep(
        callsPerSecond,
        run.made() / seconds,
        run.lateMillis().percentileMillis(99),
        LiveStep.methods(outcomes),
        telemetry == null || mostBehind.get() < 0
            ? null
            : mostBehind.get() / telemetry.recordsPerSecond(),
        tail == null ? null : tail.count(EventRecord::hasNodeLost) - lostBefore,
        own == null ? null : HeapLog.read(own.heapLog(), heapLines),
        cpu.cores(),
        own == null ? List.of() : own.ended());
  }

  private void look(AtomicLong mostBehind, AtomicBoolean over) {
    TelemetryLag telemetry = lag;
    try {
      while (telemetry != null && !over.get()) {
        long behind = telemetry.read().behind();
        mostBehind.accumulateAndGet(behind, Math::max);
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (changes != null) {
      changes.close();
    }
    if (source != null) {
      source.close();
    }
    if (lag != null) {
      lag.close();
    }
    if (events != null) {
      events.close();
    }
    if (agents != null) {
      agents.close();
    }
    connection.close();
    if (cluster != null) {
      cluster.close();
    }
  }
}
