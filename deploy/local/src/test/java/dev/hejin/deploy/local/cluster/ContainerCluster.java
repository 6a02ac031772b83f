package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.inventory.v1.GetNodeRequest;
import dev.hejin.proto.inventory.v1.NodeState;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.testing.TestAuthority;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Network;

/**
 * The images on a network of their own: a broker, two schedulers and an agent a node, with
 * certificates. Ports are published on loopback alone, where the test stands as an operator does
 * outside.
 */
final class ContainerCluster implements RunningCluster {
  static final List<String> SCHEDULERS = List.of("scheduler-1", "scheduler-2");

  /** A node that was there once: changes to it touch no plan. */
  static final String GONE = "gone-0";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int GRPC = 7171;
  private static final int HTTP = 7170;
  private static final int CONTROL = 7173;
  private static final int KAFKA_OUTSIDE = 9094;
  private static final long MEBIBYTE = 1 << 20;
  private static final String PKI_FOLDER = "/etc/hejin/pki";
  private static final double TIME_SCALE = 20;

  private final Path folder;
  private final ContainerPki pki;
  private final HttpClient http;
  private final Network network = Network.newNetwork();
  private final int brokerPort = Installation.freePort();
  private final Box broker;
  private final Map<String, Box> schedulers = new TreeMap<>();
  private final Map<String, Integer> grpcPorts = new TreeMap<>();
  private final Map<String, Integer> httpPorts = new TreeMap<>();
  private final Map<String, Box> agents = new TreeMap<>();
  private final Map<String, SimulationControl> controls = new TreeMap<>();
  private final TreeSet<String> reachable = new TreeSet<>();
  private @Nullable ExpertLoad load;
  private @Nullable SchedulerConnection connection;

  ContainerCluster(Path folder) {
    this.folder = folder;
    this.pki = new ContainerPki(folder.resolve("pki"));
    this.http = pki.http();
    this.broker = new Box(network, brokerSpec());
    for (String name : SCHEDULERS) {
      grpcPorts.put(name, Installation.freePort());
      httpPorts.put(name, Installation.freePort());
      schedulers.put(name, new Box(network, schedulerSpec(name)));
    }
    for (String node : nodes()) {
      int port = Installation.freePort();
      agents.put(node, new Box(network, agentSpec(node, port)));
      controls.put(node, new SimulationControl("127.0.0.1:" + port));
    }
  }

  private static List<String> nodes() {
    return Stream.concat(SystemCluster.NODES.stream(), Stream.of(GONE)).toList();
  }

  /** Starts everything; the node that goes is gone again afterwards. */
  void start(String version) throws InterruptedException {
    broker.start(DockerCondition.KAFKA.substring(DockerCondition.KAFKA.indexOf(':') + 1));
    schedulers.values().parallelStream().forEach(box -> box.start(version));
    connection = connect("admin");
    String unused = awaitLeader();
    agents.values().parallelStream().forEach(box -> box.start(version));
    reachable.addAll(SystemCluster.NODES);
    agent(GONE).stop();
    awaitNode(GONE, NodeState.NODE_STATE_LOST);
  }

  private Box.Spec brokerSpec() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("KAFKA_NODE_ID", "1");
    environment.put("KAFKA_PROCESS_ROLES", "broker,controller");
    environment.put(
        "KAFKA_LISTENERS", "TLS://:9092,CONTROLLER://:9093,OUTSIDE://:" + KAFKA_OUTSIDE);
    environment.put(
        "KAFKA_ADVERTISED_LISTENERS", "TLS://kafka:9092,OUTSIDE://127.0.0.1:" + brokerPort);
    environment.put("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
    environment.put("KAFKA_INTER_BROKER_LISTENER_NAME", "TLS");
    environment.put(
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,TLS:SSL,OUTSIDE:SSL");
    ContainerPki.Kafka files = pki.broker("kafka");
    environment.put("KAFKA_SSL_CLIENT_AUTH", "required");
    environment.put("KAFKA_SSL_KEYSTORE_TYPE", "PEM");
    environment.put("KAFKA_SSL_KEYSTORE_LOCATION", inBox(files.keyStore()));
    environment.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", inBox(files.trust()));
    environment.put("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093");
    environment.put("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1");
    environment.put("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1");
    environment.put("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
    environment.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
    return new Box.Spec(
        "kafka",
        DockerCondition.KAFKA.substring(0, DockerCondition.KAFKA.indexOf(':')),
        environment,
        List.of(),
        Map.of(KAFKA_OUTSIDE, brokerPort),
        mounts(files.keyStore(), files.trust()),
        1024 * MEBIBYTE,
        "Kafka Server started",
        false);
  }

  private Box.Spec schedulerSpec(String name) {
    TestAuthority.Files3 files = pki.scheduler(name);
    Path kafka = pki.kafkaClient(name, files, PKI_FOLDER);
    return new Box.Spec(
        name,
        "hejin/scheduler",
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
            "HEJIN_KAFKA_PROPERTIES", inBox(kafka),
            "HEJIN_ADVERTISED_ADDRESS", name + ":" + GRPC,
            "HEJIN_SECURITY_TLS_CERTIFICATE", inBox(files.certificate()),
            "HEJIN_SECURITY_TLS_KEY", inBox(files.key()),
            "HEJIN_SECURITY_TLS_TRUST", inBox(files.trust())),
        List.of(),
        Map.of(
            GRPC, requireNonNull(grpcPorts.get(name)), HTTP, requireNonNull(httpPorts.get(name))),
        mounts(files.certificate(), files.key(), files.trust(), kafka),
        1024 * MEBIBYTE,
        "READY",
        true);
  }

  private Box.Spec agentSpec(String node, int controlPort) {
    TestAuthority.Files3 files = pki.agent(node);
    Path kafka = pki.kafkaClient(node, files, PKI_FOLDER);
    Map<Path, String> mounts = mounts(files.certificate(), files.key(), files.trust(), kafka);
    mounts.put(poolFile(), "/etc/hejin/pool.yaml");
    return new Box.Spec(
        "agent-" + node,
        "hejin/agent",
        Map.of(
            "HEJIN_SCHEDULER",
            SCHEDULERS.stream().map(name -> name + ":" + GRPC).collect(Collectors.joining(",")),
            "KAFKA_BOOTSTRAP_SERVERS",
            "kafka:9092",
            "HEJIN_KAFKA_PROPERTIES",
            inBox(kafka),
            "HEJIN_TLS_CA",
            inBox(files.trust()),
            "HEJIN_TLS_CERT",
            inBox(files.certificate()),
            "HEJIN_TLS_KEY",
            inBox(files.key())),
        List.of(
            "fleet",
            "--pool",
            "/etc/hejin/pool.yaml",
            "--only",
            node,
            "--time-scale",
            String.valueOf(TIME_SCALE),
            "--control-host",
            "0.0.0.0",
            "--control-port",
            String.valueOf(CONTROL)),
        Map.of(CONTROL, controlPort),
        mounts,
        384 * MEBIBYTE,
        "READY nodes=",
        true);
  }

  private static String inBox(Path file) {
    return PKI_FOLDER + "/" + file.getFileName();
  }

  private static Map<Path, String> mounts(Path... files) {
    Map<Path, String> mounts = new LinkedHashMap<>();
    for (Path file : files) {
      mounts.put(file.toAbsolutePath(), inBox(file));
    }
    return mounts;
  }

  private static Path poolFile() {
    try {
      return Path.of(
          requireNonNull(ContainerCluster.class.getResource("containers-pool.yaml")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A caller with the role, who knows the schedulers' published ports. */
  SchedulerConnection connect(String role) {
    return SchedulerConnection.open(
        SCHEDULERS.stream()
            .map(name -> new SchedulerAddress("127.0.0.1", requireNonNull(grpcPorts.get(name))))
            .toList(),
        Duration.ofSeconds(30),
        pki.client(role));
  }

  /** The scheduler that says it leads and can commit; waits for it. */
  String awaitLeader() throws InterruptedException {
    return Await.value("a scheduler leads", LIMIT, this::leader, name -> !name.isEmpty());
  }

  private String leader() {
    return SCHEDULERS.stream().filter(name -> isReadyAs(name, "leading")).findFirst().orElse("");
  }

  void awaitFollower(String name) throws InterruptedException {
    Await.until(name + " follows", LIMIT, () -> isReadyAs(name, "following"));
  }

  static String other(String scheduler) {
    return SCHEDULERS.get(1 - SCHEDULERS.indexOf(scheduler));
  }

  private boolean isReadyAs(String name, String role) {
    try {
      String health =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "https://127.0.0.1:" + httpPorts.get(name) + "/q/health/ready"))
                      .timeout(Duration.ofSeconds(2))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return health.matches("(?s)\\s*\\{\\s*\"status\"\\s*:\\s*\"UP\".*")
          && health.matches("(?s).*\"role\"\\s*:\\s*\"" + role + "\".*");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  Box broker() {
    return broker;
  }

  Box scheduler(String name) {
    return requireNonNull(schedulers.get(name), name);
  }

  Box agent(String node) {
    return requireNonNull(agents.get(node), node);
  }

  /** Stops the agent of a node and starts one of another version. */
  void replaceAgent(String node, String version) {
    hide(node);
    agent(node).stop();
    agent(node).start(version);
    show(node);
  }

  void cutOff(String node) {
    hide(node);
    agent(node).cutOff();
  }

  void connectAgain(String node) throws InterruptedException {
    agent(node).connectAgain();
    awaitNode(node, NodeState.NODE_STATE_ONLINE);
    Await.until(
        "the world of " + node + " is seen again",
        LIMIT,
        () -> {
          try {
            return !requireNonNull(controls.get(node)).world().isEmpty();
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
    show(node);
  }

  private synchronized void hide(String node) {
    reachable.remove(node);
  }

  private synchronized void show(String node) {
    if (load != null) {
      requireNonNull(controls.get(node)).setLoad(load);
    }
    reachable.add(node);
  }

  void awaitNode(String node, NodeState state) throws InterruptedException {
    NodeState unused =
        Await.value(
            node + " is " + state,
            LIMIT,
            () ->
                connection()
                    .inventory()
                    .getNode(GetNodeRequest.newBuilder().setNodeId(node).build())
                    .getState(),
            state::equals);
  }

  @Override
  public SchedulerConnection connection() {
    return requireNonNull(connection, "nothing has been started");
  }

  @Override
  public Map<String, Object> kafkaClient() {
    return atBroker(pki.kafkaReader());
  }

  /** Settings of a client that the broker should not let in. */
  Map<String, Object> kafkaStranger() {
    return atBroker(pki.kafkaStranger());
  }

  private Map<String, Object> atBroker(Map<String, Object> security) {
    Map<String, Object> settings = new HashMap<>(security);
    settings.put("bootstrap.servers", "127.0.0.1:" + brokerPort);
    return settings;
  }

  @Override
  public synchronized void shiftLoad(ExpertLoad shifted) {
    load = shifted;
    reachable.forEach(node -> requireNonNull(controls.get(node)).setLoad(shifted));
  }

  @Override
  public synchronized List<SimulatedDevice> look() {
    List<SimulatedDevice> devices = new ArrayList<>();
    reachable.forEach(node -> devices.addAll(requireNonNull(controls.get(node)).world()));
    return devices;
  }

  @Override
  public List<String> unexpectedEnds() {
    return boxes().filter(Box::hasEndedUnasked).map(Box::name).toList();
  }

  private Stream<Box> boxes() {
    return Stream.of(agents.values(), schedulers.values(), List.of(broker))
        .flatMap(each -> each.stream());
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    controls.values().forEach(SimulationControl::close);
    boxes().forEach(box -> box.writeLog(folder));
    boxes().forEach(Box::close);
    network.close();
  }
}
