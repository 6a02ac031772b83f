package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.inventory.v1.NodeState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node is who it was: a second one of its name is refused, and it may come back. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeIdentityST {
  private static final String NAME = "identity";
  private static final String NODE = "h20-0";
  private static final double TIME_SCALE = 5;

  /** Longer than a process takes to start on a busy machine. */
  private static final String GRACE = "hejin.agents.reconnect-grace=60s";

  private final SystemCluster cluster = new SystemCluster("node-identity", TIME_SCALE, GRACE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start(NODE);
  }

  @BeforeEach
  void serve() throws InterruptedException {
    deployment.serving();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldRefuseSecondAgentOfNode() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    try (TruthWatcher watcher = deployment.watch()) {

      // When
      ChildProcess second = cluster.launchAgents("second", List.of(NODE));

      // Then
      String log =
          Await.value(
              "the second agent says why it is refused",
              SystemDeployment.LIMIT,
              () -> cluster.log("second"),
              said -> said.contains("is refused"));
      assertThat(log)
          .contains("node h20-0 is refused: ALREADY_EXISTS")
          .contains("'h20-0' is registered by another agent that is alive")
          .contains("Maybe two agents run with one node name")
          .doesNotContainPattern("(?m)^READY");
      cluster.kill(second);
      assertBeatsAfter(Instant.now());
      assertThat(cluster.log("agent-" + NODE)).doesNotContain("has lost the scheduler");
      assertThat(CommittedEvents.of(cluster)).as("no node joined or lost").isEqualTo(before);
      assertThat(deployment.get().getState()).isEqualTo(DeploymentState.DEPLOYMENT_STATE_SERVING);
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  @Test
  void shouldKeepDeploymentWhenKilledAgentReturnsAtOnce() throws InterruptedException {
    // Given
    CommittedEvents before = CommittedEvents.of(cluster);
    long shards = deployment.loadedShards(cluster.look(NODE));

    // When
    cluster.killNode(NODE);
    cluster.startNode(NODE);

    // Then
    deployment.awaitServing();
    Await.until("devices serve all again", SystemDeployment.LIMIT, deployment::isServed);
    assertThat(deployment.loadedShards(cluster.look(NODE))).isEqualTo(shards).isPositive();
    assertThat(CommittedEvents.of(cluster)).as("not lost, not planned anew").isEqualTo(before);
    assertBeatsAfter(Instant.now());
  }

  private void assertBeatsAfter(Instant moment) throws InterruptedException {
    var node =
        Await.value(
            "a heartbeat of " + NODE + " after " + moment,
            SystemDeployment.LIMIT,
            () -> cluster.node(NODE).toBuilder().clearCapability().clearDevices().build(),
            now -> Timestamps.toMillis(now.getLastHeartbeatTime()) > moment.toEpochMilli());
    assertThat(node.getState()).isEqualTo(NodeState.NODE_STATE_ONLINE);
  }
}
