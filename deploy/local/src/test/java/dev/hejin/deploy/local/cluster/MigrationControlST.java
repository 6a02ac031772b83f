package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.ControlMigrationRequest;
import dev.hejin.proto.deployment.v1.ControlMigrationResponse;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.MigrationAction;
import dev.hejin.proto.deployment.v1.StagePlacement;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** A change is paused, over a kill of the scheduler too, resumed, and another one rolled back. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationControlST {
  private static final String NAME = "controlled";
  private static final String MOVED = "ascend-0";

  /** Loads take their real time, so that a change can be hit in the middle. */
  private static final double TIME_SCALE = 1;

  /** A change that does not stay paused loads several shards meanwhile. */
  private static final int TIME_TO_GO_ON_MILLIS = 2_000;

  private final SystemCluster cluster = new SystemCluster("migration-control", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
    deployment.serving();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  private ControlMigrationResponse control(MigrationAction action) {
    return cluster
        .connection()
        .deployments()
        .controlMigration(
            ControlMigrationRequest.newBuilder().setName(NAME).setAction(action).build());
  }

  private boolean uses(String node) {
    TreeSet<String> nodes = new TreeSet<>();
    for (StagePlacement stage : deployment.get().getPlan().getStagesList()) {
      stage.getDeviceIdsList().forEach(id -> nodes.add(id.substring(0, id.lastIndexOf('/'))));
    }
    return nodes.contains(node);
  }

  @Test
  @Order(1)
  void shouldStayPausedOverAKillAndGoOnWhenResumed() throws InterruptedException {
    // Given
    try (TruthWatcher watcher = deployment.watch()) {
      CommittedEvents before = CommittedEvents.of(cluster);
      long shards = deployment.loadedShards();
      cluster.drain(MOVED, "pause test");
      deployment.awaitMiddleOfLoad(shards);

      // When
      control(MigrationAction.MIGRATION_ACTION_PAUSE);
      Await.until(
          "nothing is in flight",
          SystemDeployment.LIMIT,
          () -> deployment.get().getProgress().getDirectivesInFlight() == 0);
      long held = deployment.loadedShards();
      cluster.killScheduler();
      cluster.startScheduler();
      deployment.await(
          "sees all its devices again",
          now -> now.getState() == DeploymentState.DEPLOYMENT_STATE_MIGRATING);
      Thread.sleep(TIME_TO_GO_ON_MILLIS);

      // Then
      assertThat(deployment.loadedShards()).isEqualTo(held);
      assertThat(deployment.get().getState()).isEqualTo(DeploymentState.DEPLOYMENT_STATE_MIGRATING);
      control(MigrationAction.MIGRATION_ACTION_RESUME);
      deployment.awaitServing();
      assertThat(uses(MOVED)).isFalse();
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
      CommittedEvents.of(cluster).assertContinues(before, NAME);
    }
  }

  @Test
  @Order(2)
  void shouldRollBackToThePlanThatWasActive() throws InterruptedException {
    // Given
    try (TruthWatcher watcher = deployment.watch()) {
      CommittedEvents before = CommittedEvents.of(cluster);
      List<StagePlacement> stages = deployment.get().getPlan().getStagesList();
      long shards = deployment.loadedShards();
      cluster.undrain(MOVED);
      assertThat(deployment.rebalance(true).getAdopted()).isTrue();
      assertThat(uses(MOVED)).isTrue();
      deployment.awaitMiddleOfLoad(shards);

      // When
      control(MigrationAction.MIGRATION_ACTION_ROLLBACK);

      // Then
      deployment.awaitServing();
      Deployment now = deployment.get();
      assertThat(now.getPlan().getStagesList()).isEqualTo(stages);
      assertThat(deployment.loadedShards()).isEqualTo(shards);
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
      CommittedEvents.of(cluster).assertContinues(before, NAME);
    }
  }
}
