package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.CapabilityMessages;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.ProcessGroup;
import dev.hejin.deploy.local.process.StartFailure;
import dev.hejin.deploy.local.truth.TruthSource;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The processes of a cluster, and the truth that the scheduler is not told. */
public final class LocalCluster implements TruthSource, AutoCloseable {
  /** Node that is made of recorded outputs of ten vendors' tools. */
  public static final String RECORDED_NODE = "ten-vendors";

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final Installation installation;
  private final ClusterOptions options;
  private final ProcessGroup processes;
  private final List<Fleet> fleets = new CopyOnWriteArrayList<>();
  private final Map<String, Double> speeds = new TreeMap<>();
  private @Nullable ExpertLoad load;
  private @Nullable SchedulerAddress scheduler;
  private String bootstrap = "";

  public LocalCluster(Installation installation, ClusterOptions options) {
    this.installation = requireNonNull(installation, "installation");
    this.options = requireNonNull(options, "options");
    this.processes = new ProcessGroup(options.data().resolve("logs"));
    options.pool().devices().forEach(device -> speeds.put(device.id(), device.trueSpeed()));
  }

  /**
   * Starts broker, scheduler and agents.
   *
   * @param load how traffic really spreads; null for a model without experts
   * @param progress gets a line for each step
   */
  public void start(@Nullable ExpertLoad load, Consumer<String> progress)
      throws InterruptedException {
    this.load = load;
    ChildProcess broker =
        processes.start("broker", installation.broker(options.data().resolve("broker")), Map.of());
    bootstrap = required(broker, broker.awaitReady(START_LIMIT), "bootstrap");
    progress.accept("broker ready at " + bootstrap);
    int port = options.port() == 0 ? Installation.freePort() : options.port();
    ChildProcess service =
        processes.start(
            "scheduler",
            installation.scheduler(
                port, Installation.freePort(), List.of("quarkus.http.host=127.0.0.1")),
            Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrap));
    service.awaitReady(START_LIMIT);
    scheduler = new SchedulerAddress("127.0.0.1", port);
    progress.accept("scheduler ready at " + scheduler);
    ChildProcess recorded = startRecordedNode();
    startFleets();
    recorded.awaitReady(START_LIMIT);
    progress.accept(
        options.pool().devices().size()
            + " simulated devices on "
            + options.pool().nodes().size()
            + " nodes ready, in "
            + fleets.size()
            + (fleets.size() == 1 ? " process" : " processes"));
  }

  /** The probes read what the vendors' tools have printed elsewhere. */
  private ChildProcess startRecordedNode() {
    return processes.start(
        "agent-" + RECORDED_NODE,
        installation.agent(
            List.of(
                "node",
                "--replay",
                installation.recordings(RECORDED_NODE).toString(),
                "--name",
                RECORDED_NODE,
                "--scheduler",
                scheduler().toString(),
                "--kafka",
                bootstrap,
                "--time-scale",
                String.valueOf(options.timeScale()))),
        Map.of());
  }

  private void startFleets() throws InterruptedException {
    List<String> common =
        options.pool().nodes().stream()
            .map(NodeSpec::name)
            .filter(node -> !options.ownProcess().contains(node))
            .toList();
    Map<ChildProcess, List<String>> started = new LinkedHashMap<>();
    if (!common.isEmpty()) {
      started.put(startAgents("agents", common), common);
    }
    for (String node : options.ownProcess()) {
      started.put(startAgents("agent-" + node, List.of(node)), List.of(node));
    }
    for (Map.Entry<ChildProcess, List<String>> each : started.entrySet()) {
      join(each.getKey(), each.getValue());
    }
  }

  private ChildProcess startAgents(String name, List<String> nodes) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "fleet",
                "--pool",
                options.poolArgument(),
                "--scheduler",
                scheduler().toString(),
                "--kafka",
                bootstrap,
                "--control-port",
                "0",
                "--seed",
                String.valueOf(options.seed()),
                "--time-scale",
                String.valueOf(options.timeScale()),
                "--only",
                String.join(",", nodes)));
    return processes.start(name, installation.agent(arguments), Map.of());
  }

  /** Waits for a process of agents and tells its world how the world is. */
  private void join(ChildProcess process, List<String> nodes) throws InterruptedException {
    Fleet fleet =
        new Fleet(process, nodes, required(process, process.awaitReady(START_LIMIT), "control"));
    if (load != null) {
      fleet.setLoad(load);
    }
    for (SimulatedDevice device : fleet.world()) {
      double speed = speeds.getOrDefault(device.getDeviceId(), 1.0);
      if (device.getSpeed() != speed) {
        fleet.setSpeed(device.getDeviceId(), speed);
      }
    }
    fleets.add(fleet);
  }

  private static String required(ChildProcess process, Map<String, String> ready, String key) {
    String value = ready.get(key);
    if (value == null) {
      throw new StartFailure(
          process.name()
              + " is ready without saying "
              + key
              + ": "
              + ready
              + "\nMaybe it is of another version; run ./hejin build --force.");
    }
    return value;
  }

  public SchedulerAddress scheduler() {
    return requireNonNull(scheduler, "the cluster has not been started");
  }

  /** Traffic spreads in this way from now on. */
  public void shiftLoad(ExpertLoad next) {
    load = next;
    fleets.forEach(fleet -> fleet.setLoad(next));
  }

  /** A device runs at another speed from now on. */
  public void setSpeed(String device, double speed) {
    speeds.put(device, speed);
    fleets.stream()
        .filter(fleet -> fleet.nodes().contains(nodeOf(device)))
        .forEach(fleet -> fleet.setSpeed(device, speed));
  }

  /** Kills a node's process without a word. */
  public void killNode(String node) {
    for (Fleet fleet : fleets) {
      if (fleet.nodes().equals(List.of(node))) {
        fleets.remove(fleet);
        processes.kill(fleet.process());
        fleet.close();
        return;
      }
    }
    throw new IllegalStateException(
        "node " + node + " has no process of its own\nMaybe it is dead already.");
  }

  /** Starts a killed node again, empty. */
  public void returnNode(String node) throws InterruptedException {
    join(startAgents("agent-" + node, List.of(node)), List.of(node));
  }

  /** Live nodes as they present themselves, with the true speed of every device. */
  public PlanPool truePool() {
    PlanPool.Builder pool = PlanPool.newBuilder();
    for (NodeSpec node : options.pool().nodes()) {
      if (isLive(node.name())) {
        pool.addNodes(CapabilityMessages.node(node));
        node.devices()
            .forEach(
                device -> pool.putSpeedFactors(device.id(), speeds.getOrDefault(device.id(), 1.0)));
      }
    }
    return pool.build();
  }

  public boolean isLive(String node) {
    return fleets.stream().anyMatch(fleet -> fleet.nodes().contains(node));
  }

  /** True speed by device id. */
  public Map<String, Double> trueSpeeds() {
    return new TreeMap<>(speeds);
  }

  @Override
  public List<SimulatedDevice> look() {
    List<SimulatedDevice> devices = new ArrayList<>();
    for (Fleet fleet : fleets) {
      try {
        devices.addAll(fleet.world());
      } catch (StatusRuntimeException e) {
        if (fleet.isAlive() && fleets.contains(fleet)) {
          throw e;
        }
      }
    }
    return devices;
  }

  /** Processes that have ended although nobody told them to, with their logs. */
  public List<String> unexpectedEnds() {
    return processes.dead().stream()
        .map(child -> child.name() + " has ended; see " + child.log())
        .toList();
  }

  private static String nodeOf(String device) {
    int slash = device.lastIndexOf('/');
    return slash < 0 ? device : device.substring(0, slash);
  }

  @Override
  public void close() {
    fleets.forEach(Fleet::close);
    processes.close();
  }
}
