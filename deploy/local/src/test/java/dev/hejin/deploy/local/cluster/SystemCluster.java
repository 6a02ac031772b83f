package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.catalog.pool.PoolSpec;
import dev.hejin.client.CapabilityMessages;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.ProcessGroup;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.GetNodeRequest;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real processes of a small cluster, each of which a test may kill and start again. They come
 * from the jars that the modules before this one have built; logs and data stay in {@code
 * target/system-tests} until the next run.
 */
final class SystemCluster implements RunningCluster {
  static final List<String> NODES = List.of("h20-0", "h20-1", "ascend-0");

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

  private final Installation installation;
  private final Path folder;
  private final double timeScale;
  private final List<String> schedulerProperties;
  private final ProcessGroup processes;
  private final List<Fleet> fleets = new CopyOnWriteArrayList<>();
  private final int brokerPort = Installation.freePort();
  private final List<SchedulerProcess> schedulers = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable ChildProcess broker;
  private @Nullable SchedulerConnection connection;
  private @Nullable SecuredKafka kafka;

  /**
   * @param name of the folder for logs and data
   * @param timeScale loads of weights take this many times less than real ones
   * @param schedulerProperties {@code name=value}
   */
  SystemCluster(String name, double timeScale, String... schedulerProperties) {
    this(name, timeScale, 1, schedulerProperties);
  }

  /**
   * @param schedulerCount schedulers of which one leads
   */
  SystemCluster(String name, double timeScale, int schedulerCount, String... schedulerProperties) {
    for (int i = 0; i < schedulerCount; i++) {
      schedulers.add(
          new SchedulerProcess(
              i == 0 ? "scheduler" : "scheduler-" + (i + 1),
              Installation.freePort(),
              Installation.freePort()));
    }
    this.installation =
        new Installation(
            Path.of(requireNonNull(System.getProperty("hejin.root"), "hejin.root")),
            Path.of(System.getProperty("java.home"), "bin", "java"));
    this.folder = Path.of("target", "system-tests", name).toAbsolutePath();
    this.timeScale = timeScale;
    this.schedulerProperties = new ArrayList<>(List.of("quarkus.http.host=127.0.0.1"));
    this.schedulerProperties.addAll(List.of(schedulerProperties));
    remove(folder);
    this.processes = new ProcessGroup(folder.resolve("logs"));
  }

  /** From now on the broker wants a certificate, and every process has one. */
  SystemCluster withSecuredKafka() {
    kafka = SecuredKafka.in(folder.resolve("kafka-pki"));
    return this;
  }

  /** From now on the broker wants a name and a password over TLS, and every process has them. */
  SystemCluster withScramKafka() {
    kafka = SecuredKafka.scram(folder.resolve("kafka-scram"));
    return this;
  }

  /** From now on every scheduler and agent has these variables. */
  SystemCluster withEnvironment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  private Map<String, String> environment(Map<String, String> own) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(own);
    if (kafka != null) {
      all.putAll(kafka.environment());
    }
    return all;
  }

  /**
   * Starts everything and waits until the scheduler knows every device.
   *
   * @param ownProcess nodes that get a process each, because they will be killed
   */
  SystemCluster start(String... ownProcess) throws InterruptedException {
    startBroker();
    for (int i = 0; i < schedulers.size(); i++) {
      startScheduler(i, "log");
    }
    startAgents(ownProcess);
    return this;
  }

  /** Starts the agents of all nodes and waits until they are registered. */
  void startAgents(String... ownProcess) throws InterruptedException {
    List<String> alone = List.of(ownProcess);
    List<String> common = NODES.stream().filter(node -> !alone.contains(node)).toList();
    Map<List<String>, ChildProcess> starting = new LinkedHashMap<>();
    starting.put(common, launchAgents("agents", common));
    alone.forEach(node -> starting.put(List.of(node), launchAgents(agent(node), List.of(node))));
    for (Map.Entry<List<String>, ChildProcess> each : starting.entrySet()) {
      join(each.getKey(), each.getValue());
    }
  }

  void startBroker() throws InterruptedException {
    ChildProcess started =
        processes.start(
            "broker",
            installation.broker(
                folder.resolve("broker"),
                brokerPort,
                kafka == null ? List.of() : kafka.brokerArguments()),
            Map.of());
    broker = started;
    started.awaitReady(START_LIMIT);
  }

  /** Kills the broker, unless it is dead already. */
  void killBroker() throws InterruptedException {
    kill(requireNonNull(broker, "broker"));
  }

  /** Starts the broker on its data, unless it runs. */
  void ensureBroker() throws InterruptedException {
    if (!requireNonNull(broker, "broker").isAlive()) {
      startBroker();
    }
  }

  /** Starts a scheduler and waits until it has read the event log. */
  void startScheduler() throws InterruptedException {
    startScheduler("log");
  }

  /**
   * @param ready {@code log} to wait for the event log, {@code grpc} to wait for the port alone
   */
  void startScheduler(String ready) throws InterruptedException {
    startScheduler(0, ready);
  }

  /** Starts one of the schedulers; "log" waits until it leads or follows. */
  void startScheduler(int index, String ready) throws InterruptedException {
    List<String> properties = new ArrayList<>(schedulerProperties);
    properties.add("hejin.ready=" + ready);
    SchedulerProcess one = schedulers.get(index);
    one.startedAs(
        processes.start(
            one.name(),
            installation.scheduler(one.grpcPort(), one.httpPort(), properties),
            environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrap()))));
    one.process().awaitReady(START_LIMIT);
    closeConnection();
    connection =
        SchedulerConnection.open(
            schedulers.stream().map(SchedulerProcess::address).toList(), CALL_LIMIT);
  }

  void killScheduler() throws InterruptedException {
    killScheduler(0);
  }

  void killScheduler(int index) throws InterruptedException {
    kill(schedulers.get(index).process());
  }

  SchedulerProcess scheduler(int index) {
    return schedulers.get(index);
  }

  /** Number of the scheduler that says it leads and can commit; waits for it. */
  int awaitLeader() throws InterruptedException {
    return Await.value("a scheduler leads", START_LIMIT, this::leader, found -> found >= 0);
  }

  private int leader() {
    for (int i = 0; i < schedulers.size(); i++) {
      if (schedulers.get(i).isReadyAs("leading")) {
        return i;
      }
    }
    return -1;
  }

  /** Starts the agent of a node and waits until it is registered. */
  void startNode(String node) throws InterruptedException {
    join(List.of(node), launchAgents(agent(node), List.of(node)));
  }

  /** The same, with the scheduler reached through another address. */
  void startNode(String node, SchedulerAddress through) throws InterruptedException {
    join(List.of(node), launchAgents(agent(node), List.of(node), through.toString()));
  }

  /** Starts the agents of all nodes but one. */
  void startAgentsExcept(String node) throws InterruptedException {
    List<String> others = NODES.stream().filter(each -> !each.equals(node)).toList();
    join(others, launchAgents("agents", others));
  }

  /** Starts a process of agents, wanted or not, and waits for nothing. */
  ChildProcess launchAgents(String name, List<String> nodes) {
    return launchAgents(name, nodes, addresses());
  }

  private ChildProcess launchAgents(String name, List<String> nodes, String scheduler) {
    return processes.start(
        name,
        installation.agent(
            List.of(
                "fleet",
                "--pool",
                poolFile().toString(),
                "--scheduler",
                scheduler,
                "--kafka",
                bootstrap(),
                "--control-port",
                "0",
                "--time-scale",
                String.valueOf(timeScale),
                "--only",
                String.join(",", nodes))),
        environment(Map.of()));
  }

  /**
   * Starts an agent by its own arguments and waits until it is registered.
   *
   * @param environment further variables of the process
   */
  ChildProcess startAgent(String name, Map<String, String> environment, String... arguments)
      throws InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--scheduler", addresses(), "--kafka", bootstrap()));
    ChildProcess process = processes.start(name, installation.agent(all), environment(environment));
    process.awaitReady(START_LIMIT);
    return process;
  }

  /** Folder for what a test leaves behind. */
  Path folder() {
    return folder;
  }

  /** Command of the agent's process, without the scheduler's address. */
  List<String> agentCommand(List<String> arguments) {
    return installation.agent(arguments);
  }

  /** Root of the sources. */
  static Path root() {
    return Path.of(requireNonNull(System.getProperty("hejin.root"), "hejin.root"));
  }

  private void join(List<String> nodes, ChildProcess process) throws InterruptedException {
    String control = process.awaitReady(START_LIMIT).get("control");
    fleets.add(new Fleet(process, nodes, requireNonNull(control, "control")));
  }

  /** Of all schedulers, as agents take them. */
  private String addresses() {
    return schedulers.stream()
        .map(one -> one.address().toString())
        .collect(Collectors.joining(","));
  }

  private static String agent(String node) {
    return "agent-" + node;
  }

  /** Kills a node that has a process of its own. */
  void killNode(String node) throws InterruptedException {
    Fleet fleet =
        fleets.stream()
            .filter(each -> each.nodes().equals(List.of(node)))
            .findFirst()
            .orElseThrow(() -> new AssertionError(node + " has no process of its own"));
    fleets.remove(fleet);
    kill(fleet.process());
    fleet.close();
  }

  /** Ends a process as {@code kill -9} does, and waits until it is gone. */
  void kill(ChildProcess process) throws InterruptedException {
    processes.kill(process);
    if (!process.awaitEnd(END_LIMIT)) {
      throw new AssertionError(process.name() + " survives its kill");
    }
  }

  @Override
  public SchedulerConnection connection() {
    return requireNonNull(connection, "the scheduler has not been started");
  }

  void drain(String node, String reason) {
    long revision =
        connection()
            .inventory()
            .drainNode(DrainNodeRequest.newBuilder().setNodeId(node).setReason(reason).build())
            .getRevision();
    assertThat(revision).isPositive();
  }

  void undrain(String node) {
    long revision =
        connection()
            .inventory()
            .undrainNode(UndrainNodeRequest.newBuilder().setNodeId(node).build())
            .getRevision();
    assertThat(revision).isPositive();
  }

  /** A node as the scheduler sees it. */
  GetNodeResponse node(String node) {
    return connection().inventory().getNode(GetNodeRequest.newBuilder().setNodeId(node).build());
  }

  /** All devices as the scheduler sees them. */
  List<DeviceStatus> devices() {
    return connection()
        .inventory()
        .listDevices(ListDevicesRequest.getDefaultInstance())
        .getDevicesList();
  }

  SchedulerAddress address() {
    return schedulers.getFirst().address();
  }

  @Override
  public Map<String, Object> kafkaClient() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrap());
    if (kafka != null) {
      settings.putAll(kafka.clientSettings());
    }
    return settings;
  }

  String bootstrap() {
    return "127.0.0.1:" + brokerPort;
  }

  @Override
  public void shiftLoad(ExpertLoad load) {
    fleets.forEach(fleet -> fleet.setLoad(load));
  }

  @Override
  public List<SimulatedDevice> look() {
    List<SimulatedDevice> devices = new ArrayList<>();
    fleets.forEach(fleet -> devices.addAll(fleet.world()));
    return devices;
  }

  /** From now on a device has this part of its type's speed. */
  void setSpeed(String device, double speed) {
    fleets.stream()
        .filter(fleet -> fleet.nodes().contains(device.substring(0, device.indexOf('/'))))
        .forEach(fleet -> fleet.setSpeed(device, speed));
  }

  /** Devices of one node as they really are. */
  List<SimulatedDevice> look(String node) {
    return look().stream().filter(device -> device.getNodeId().equals(node)).toList();
  }

  /** The whole pool, as a plan-only call is given it. */
  static PlanPool givenPool() {
    PlanPool.Builder given = PlanPool.newBuilder();
    for (NodeSpec node : pool().nodes()) {
      given.addNodes(CapabilityMessages.node(node));
    }
    return given.build();
  }

  static PoolSpec pool() {
    return PoolFiles.load(poolFile().toString());
  }

  private static Path poolFile() {
    try {
      return Path.of(requireNonNull(SystemCluster.class.getResource("pool.yaml")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a process has logged since the test class began. */
  String log(String name) {
    try {
      return Files.readString(processes.logs().resolve(name + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> unexpectedEnds() {
    return processes.dead().stream().map(ChildProcess::name).toList();
  }

  private void closeConnection() {
    SchedulerConnection old = connection;
    if (old != null) {
      old.close();
    }
  }

  @Override
  public void close() {
    closeConnection();
    fleets.forEach(Fleet::close);
    processes.close();
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
