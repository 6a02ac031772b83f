package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.inventory.v1.NodeState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The broker dies under a serving cluster, or is not there yet when the scheduler starts. It wants
 * a certificate of every client, so that all of this is shown for a secured Kafka.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerLossST {
  private static final String NAME = "broker-loss";
  private static final double TIME_SCALE = 20;
  private static final int DEVICES = 16;

  private final SystemCluster cluster =
      new SystemCluster("broker-loss", TIME_SCALE).withSecuredKafka();
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
  }

  @BeforeEach
  void serve() throws InterruptedException {
    cluster.ensureBroker();
    deployment.serving();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldLetNobodyInWithoutCertificate() {
    // Given
    Map<String, Object> settings = cluster.kafkaClient();
    settings.keySet().removeIf(name -> name.startsWith("ssl.keystore"));

    // Then
    try (Admin admin = Admin.create(settings)) {
      assertThatThrownBy(() -> admin.listTopics().names().get())
          .hasRootCauseInstanceOf(SSLHandshakeException.class)
          .hasCauseInstanceOf(SslAuthenticationException.class);
    }
  }

  @Test
  void shouldAnswerReadsAndRefuseChangesWithoutBroker() throws InterruptedException {
    // Given
    try (TruthWatcher watcher = deployment.watch()) {
      CommittedEvents before = CommittedEvents.of(cluster);
      Map<String, Object> held = held();

      // When
      cluster.killBroker();

      // Then
      assertUnavailable(() -> deployment.rebalance(true));
      assertUnavailable(() -> new SystemDeployment(cluster, "another").create());
      assertUnavailable(() -> cluster.drain("ascend-0", ""));
      assertUnavailable(deployment::delete);
      assertThat(cluster.devices())
          .hasSize(DEVICES)
          .allSatisfy(
              device -> assertThat(device.getNodeState()).isEqualTo(NodeState.NODE_STATE_ONLINE));
      assertThat(deployment.planOnGivenPool().getPlan().getStagesCount()).isPositive();
      assertThat(deployment.get().getState()).isEqualTo(DeploymentState.DEPLOYMENT_STATE_SERVING);
      assertThat(deployment.answer().getRevision()).isEqualTo(before.revision());
      assertThat(held()).isEqualTo(held);
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
      cluster.startBroker();
      assertThat(CommittedEvents.of(cluster)).isEqualTo(before);
    }
  }

  @Test
  void shouldGoOnByItselfWhenBrokerReturns() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    long epoch = deployment.epoch();
    cluster.killBroker();
    assertUnavailable(() -> deployment.rebalance(true));

    // When
    Instant returning = Instant.now();
    cluster.startBroker();

    // Then
    assertThat(awaitChange()).isEqualTo(epoch + 1);
    deployment.awaitServing();
    deployment.await(
        "is observed again",
        now ->
            Timestamps.toMillis(now.getObservation().getWindowEndTime())
                > returning.toEpochMilli());
    CommittedEvents after = CommittedEvents.of(cluster);
    after.assertContinues(before, NAME);
    assertThat(after.events().subList(before.events().size(), after.events().size()))
        .as("only the change that was asked for, no node lost")
        .hasSize(2);
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  @Test
  void shouldStartBeforeBroker() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    long epoch = deployment.epoch();
    try (TruthWatcher watcher = deployment.watch()) {
      cluster.killScheduler();
      cluster.killBroker();
      cluster.startScheduler("grpc");
      assertThat(deployment.planOnGivenPool().getPlan().getStagesCount()).isPositive();
      assertThat(cluster.devices()).isEmpty();
      assertUnavailable(() -> new SystemDeployment(cluster, "another").create());

      // When
      cluster.startBroker();

      // Then
      Await.until("the deployment is known", SystemDeployment.LIMIT, () -> known().isPresent());
      deployment.awaitServing();
      assertThat(deployment.epoch()).isEqualTo(epoch);
      assertThat(CommittedEvents.of(cluster).withoutElections())
          .as("nothing had to be decided")
          .isEqualTo(before.withoutElections());
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
      assertThat(awaitChange()).isEqualTo(epoch + 1);
    }
  }

  /** Asks for a change until it is committed; returns its epoch. */
  private long awaitChange() throws InterruptedException {
    return Await.value(
            "a change is committed",
            SystemDeployment.LIMIT,
            () -> unlessUnavailable(() -> deployment.rebalance(true).getEpoch()),
            Optional::isPresent)
        .orElseThrow();
  }

  private Optional<Long> known() {
    try {
      return Optional.of(deployment.epoch());
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isIn(Status.Code.NOT_FOUND, Status.Code.UNAVAILABLE);
      return Optional.empty();
    }
  }

  private static <T> Optional<T> unlessUnavailable(java.util.function.Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return Optional.empty();
    }
  }

  private static void assertUnavailable(ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  /** What each device holds and serves, by its own truth. */
  private Map<String, Object> held() {
    Map<String, Object> held = new TreeMap<>();
    cluster.look().forEach(device -> held.put(device.getDeviceId(), device.getStatesList()));
    return held;
  }
}
