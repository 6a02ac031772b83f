package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.inventory.v1.NodeState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The network between one agent and the scheduler is cut and comes back; nothing ends. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkCutST {
  private static final String NAME = "cut";
  private static final String ALONE = "h20-1";
  private static final double TIME_SCALE = 20;

  private final SystemCluster cluster = new SystemCluster("network-cut", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.startBroker();
    cluster.startScheduler();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  private NodeState state() {
    return cluster.node(ALONE).getState();
  }

  @Test
  void shouldLoseAndTakeBackANodeBehindACutNetwork() throws InterruptedException {
    try (CutProxy wire = new CutProxy(cluster.address())) {
      // Given
      cluster.startNode(ALONE, wire.address());
      cluster.startAgentsExcept(ALONE);
      deployment.serving();
      CommittedEvents before = CommittedEvents.of(cluster);
      long epoch = deployment.epoch();

      // When
      wire.cut();

      // Then it is lost by its silence alone, and the others serve without it
      Await.until(
          "the node is lost", SystemDeployment.LIMIT, () -> state() == NodeState.NODE_STATE_LOST);
      deployment.await(
          "has a plan without the node",
          now -> now.getEpochs(now.getEpochsCount() - 1).getNumber() > epoch);
      deployment.awaitServing();
      CommittedEvents without = CommittedEvents.of(cluster);
      without.assertContinues(before, NAME);
      assertThat(without.events().stream().filter(EventRecord::hasNodeLost))
          .singleElement()
          .satisfies(lost -> assertThat(lost.getNodeLost().getReason()).contains("phi"));

      // When
      wire.mend();

      // Then
      Await.until(
          "the node is back", SystemDeployment.LIMIT, () -> state() == NodeState.NODE_STATE_ONLINE);
      try (TruthWatcher watcher = deployment.watch()) {
        assertThat(deployment.rebalance(true).getAdopted()).isTrue();
        deployment.awaitServing();
        Await.until("some looks", SystemDeployment.LIMIT, () -> watcher.whole().looks() > 2);
        SystemDeployment.assertNeverUnserved(watcher);
        deployment.assertSound(watcher);
      }
      CommittedEvents.of(cluster).assertContinues(without, NAME);
      assertThat(deployment.isServed()).isTrue();
    }
  }
}
