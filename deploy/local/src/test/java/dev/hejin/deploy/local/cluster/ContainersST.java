package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.NodeState;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/**
 * The built images as a user runs them: two schedulers, an agent a node and Kafka on one network,
 * with certificates; operators call from outside. What is asserted is what they see, what the event
 * log holds and what the simulated devices really serve.
 */
@Timeout(300)
@ExtendWith(DockerCondition.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainersST {
  private static final String NAME = "containers";
  private static final String CUT = "h20-1";
  private static final String OLD = "test-1";
  private static final String NEW = "test-2";
  private static final int BROKER_AWAY_MILLIS = 3_000;
  private static final long LARGEST_IMAGE_BYTES = 400_000_000;

  /** Each time that a leader is named by an address of the network inside, it says so. */
  private static final Logger RESOLVER = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  private final Path folder = Path.of("target", "system-tests", "containers").toAbsolutePath();
  private final ContainerCluster cluster = new ContainerCluster(folder);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME, true);
  private long loads = 1;
  private boolean isGoneDrained;

  @BeforeAll
  void start() throws InterruptedException {
    RESOLVER.setLevel(Level.SEVERE);
    ContainerImages.build(OLD, folder);
    cluster.start(OLD);
  }

  @BeforeEach
  void serve() throws InterruptedException {
    deployment.serving();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  private Caller caller(String prefix) {
    return new Caller(cluster.connection(), NAME, prefix, isGoneDrained);
  }

  private void settle(Caller caller, CommittedEvents before) throws InterruptedException {
    caller.assertNothingLost(cluster);
    isGoneDrained = caller.isDrained();
    CommittedEvents.of(cluster).assertContinues(before, NAME);
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  @Test
  void shouldAdmitCallersByTheirCertificates() {
    // Given
    try (SchedulerConnection viewer = cluster.connect("viewer")) {

      // When / Then
      assertThat(viewer.inventory().listDevices(ListDevicesRequest.getDefaultInstance()))
          .extracting(answer -> answer.getDevicesCount())
          .isEqualTo(17);
      assertThatThrownBy(
              () ->
                  viewer
                      .inventory()
                      .drainNode(DrainNodeRequest.newBuilder().setNodeId(CUT).build()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("PERMISSION_DENIED")
          .hasMessageContaining("needs the role operator");
    }
  }

  @Test
  void shouldLetNobodyToKafkaWithoutACertificate() {
    // Given
    try (Admin stranger = Admin.create(cluster.kafkaStranger())) {

      // When / Then
      assertThatThrownBy(() -> stranger.listTopics().names().get())
          .hasCauseInstanceOf(SslAuthenticationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scheduler", "agent", "client"})
  void shouldRunFromASmallImageWithoutRights(String program) {
    // When
    InspectImageResponse image =
        DockerClientFactory.lazyClient().inspectImageCmd("hejin/" + program + ":" + OLD).exec();

    // Then
    assertThat(image.getSize()).isLessThan(LARGEST_IMAGE_BYTES);
    ContainerConfig config = requireNonNull(image.getConfig());
    assertThat(config.getUser()).isEqualTo("10001:10001");
    assertThat(config.getLabels())
        .containsEntry("org.opencontainers.image.version", OLD)
        .containsKeys(
            "org.opencontainers.image.title",
            "org.opencontainers.image.licenses",
            "org.opencontainers.image.revision");
    assertThat(config.getHealthcheck() != null)
        .as("the commands end, the others tell how they are")
        .isNotEqualTo(program.equals("client"));
  }

  @Test
  void shouldFollowALoadThatShifts() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    long epoch = deployment.epoch();
    try (TruthWatcher watcher = deployment.watch()) {

      // When
      cluster.shiftLoad(deployment.load(++loads));

      // Then
      Deployment unused =
          deployment.await(
              "has a new plan", now -> now.getEpochs(now.getEpochsCount() - 1).getNumber() > epoch);
      deployment.awaitServing();
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
      CommittedEvents.of(cluster).assertContinues(before, NAME);
    }
  }

  @Test
  void shouldLoseNoChangeWhenTheLeaderIsKilled() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    String leader = cluster.awaitLeader();
    try (TruthWatcher watcher = deployment.watch();
        Caller caller = caller("leader")) {
      caller.awaitAnswers(3);

      // When
      cluster.scheduler(leader).kill();

      // Then
      caller.awaitAnswers(3);
      assertThat(cluster.awaitLeader()).isEqualTo(ContainerCluster.other(leader));
      cluster.scheduler(leader).startAgain();
      cluster.awaitFollower(leader);
      caller.awaitAnswers(3);
      settle(caller, before);
      deployment.awaitServing();
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  @Test
  void shouldServeWithoutANodeThatIsCutOffAndTakeItBack() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    long epoch = deployment.epoch();
    try (Caller caller = caller("cut")) {

      // When
      cluster.cutOff(CUT);

      // Then
      cluster.awaitNode(CUT, NodeState.NODE_STATE_LOST);
      deployment.awaitServing();
      assertThat(deployment.epoch()).isGreaterThan(epoch);
      Await.until("the others serve all", SystemDeployment.LIMIT, deployment::isServed);
      cluster.connectAgain(CUT);
      deployment.awaitServing();
      caller.awaitAnswers(3);
      settle(caller, before);
      assertThat(deployment.isServed()).isTrue();
    }
  }

  @Test
  void shouldGoOnWhenTheBrokerComesBack() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    try (TruthWatcher watcher = deployment.watch();
        Caller caller = caller("broker")) {
      caller.awaitAnswers(3);

      // When
      cluster.broker().kill();
      Thread.sleep(BROKER_AWAY_MILLIS);

      // Then
      assertThat(deployment.epoch()).as("reads go on").isPositive();
      cluster.broker().startAgain();
      caller.awaitAnswers(3);
      settle(caller, before);
      deployment.awaitServing();
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  @Test
  void shouldServeWhileEverythingIsRolledToANewVersion() throws InterruptedException {
    // Given
    ContainerImages.build(NEW, folder);
    CommittedEvents before = CommittedEvents.of(cluster);
    try (TruthWatcher watcher = deployment.watch();
        Caller caller = caller("roll")) {

      // When the follower goes first, then the leader, then the agents of emptied nodes
      String leader = cluster.awaitLeader();
      for (String name : List.of(ContainerCluster.other(leader), leader)) {
        cluster.scheduler(name).stop();
        caller.awaitAnswers(1);
        cluster.scheduler(name).start(NEW);
        caller.awaitAnswers(1);
      }
      for (String node : SystemCluster.NODES) {
        roll(node);
      }

      // Then
      deployment.awaitServing();
      caller.awaitAnswers(3);
      settle(caller, before);
      assertThat(versions()).containsOnly(NEW);
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  private void roll(String node) throws InterruptedException {
    var drained =
        cluster
            .connection()
            .inventory()
            .drainNode(
                DrainNodeRequest.newBuilder()
                    .setNodeId(node)
                    .setReason("a new version")
                    .setRequestId("drain-" + node)
                    .build());
    assertThat(drained.getRevision()).isPositive();
    Await.until(
        node + " is empty",
        SystemDeployment.LIMIT,
        () ->
            deployment.loadedShards(
                    cluster.look().stream()
                        .filter(device -> device.getNodeId().equals(node))
                        .toList())
                == 0);
    cluster.replaceAgent(node, NEW);
    cluster.awaitNode(node, NodeState.NODE_STATE_DRAINED);
    var undrained =
        cluster
            .connection()
            .inventory()
            .undrainNode(
                UndrainNodeRequest.newBuilder()
                    .setNodeId(node)
                    .setRequestId("undrain-" + node)
                    .build());
    assertThat(undrained.getRevision()).isPositive();
    deployment.awaitServing();
  }

  private List<String> versions() {
    return Stream.concat(
            ContainerCluster.SCHEDULERS.stream().map(cluster::scheduler),
            SystemCluster.NODES.stream().map(cluster::agent))
        .map(Box::version)
        .toList();
  }
}
