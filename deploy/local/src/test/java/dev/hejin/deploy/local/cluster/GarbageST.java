package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import io.grpc.Status;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nonsense from outside is refused or dropped, in few words, and the cluster goes on. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GarbageST {
  private static final String NAME = "garbage";
  private static final long SEED = 7;
  private static final double TIME_SCALE = 20;
  private static final int DEVICES = 16;
  private static final int CONNECTIONS = 200;
  private static final int CALLS = 50;
  private static final int ROUNDS = 3000;

  /** A whole test may add so much to the scheduler's log. */
  private static final int MOST_LOG_CHARACTERS = 16_000;

  private final SystemCluster cluster = new SystemCluster("garbage", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);
  private final Rubbish rubbish = new Rubbish(SEED);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
    deployment.serving();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldMindNoRawBytesAndHalfClosedConnections() throws InterruptedException, IOException {
    // Given
    int said = cluster.log("scheduler").length();
    long revision = deployment.answer().getRevision();
    try (TruthWatcher watcher = deployment.watch()) {

      // When
      List<Socket> open = rubbish.connect(cluster.address(), CONNECTIONS);

      // Then
      deployment.await("serves", GarbageST::serves);
      assertThat(deployment.rebalance(true).getRevision()).isGreaterThan(revision);
      deployment.awaitServing();
      for (Socket socket : open) {
        socket.close();
      }
      assertUnharmed(watcher, said);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hejin.deployment.v1.DeploymentService/CreateDeployment",
        "hejin.deployment.v1.DeploymentService/DeleteDeployment",
        "hejin.inventory.v1.InventoryService/DrainNode",
        "hejin.agent.v1.AgentService/Connect",
      })
  void shouldRefuseBrokenMessages(String method) throws InterruptedException {
    // Given
    int said = cluster.log("scheduler").length();
    long revision = deployment.answer().getRevision();
    try (TruthWatcher watcher = deployment.watch()) {
      for (int call = 0; call < CALLS; call++) {

        // When
        Status.Code code = rubbish.call(cluster.address(), method);

        // Then
        assertThat(code)
            .isNotIn(Status.Code.OK, Status.Code.DEADLINE_EXCEEDED, Status.Code.UNIMPLEMENTED);
      }
      assertThat(deployment.answer().getRevision()).isEqualTo(revision);
      assertUnharmed(watcher, said);
    }
  }

  @Test
  void shouldDropTelemetryThatNoAgentSends() throws InterruptedException {
    // Given
    int said = cluster.log("scheduler").length();
    try (TruthWatcher watcher = deployment.watch()) {

      // When
      rubbish.produce(cluster.bootstrap(), NAME, "h20-0/0", ROUNDS);

      // Then
      long produced = System.currentTimeMillis();
      Deployment seen =
          deployment.await(
              "is observed after the rubbish",
              now ->
                  Timestamps.toMillis(now.getObservation().getWindowEndTime()) > produced
                      && now.getObservation().getTokensPerSecond() > 0);
      assertThat(seen.getObservation().getLoadDrift()).isBetween(0.0, 0.2);
      assertThat(cluster.devices())
          .hasSize(DEVICES)
          .extracting(DeviceStatus::getStepSeconds)
          .allSatisfy(seconds -> assertThat(seconds).isBetween(0.0, 1.0));
      assertUnharmed(watcher, said);
    }
  }

  private void assertUnharmed(TruthWatcher watcher, int saidBefore) throws InterruptedException {
    Await.until("some looks", SystemDeployment.LIMIT, () -> watcher.whole().looks() > 2);
    assertThat(serves(deployment.get())).isTrue();
    SystemDeployment.assertNeverUnserved(watcher);
    deployment.assertSound(watcher);
    String said = cluster.log("scheduler").substring(saidBefore);
    assertThat(said).hasSizeLessThan(MOST_LOG_CHARACTERS).doesNotContain(" ERROR ", " SEVERE ");
  }

  private static boolean serves(Deployment deployment) {
    return deployment.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING;
  }
}
