package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import dev.hejin.proto.inventory.v1.NodeState;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** A node is emptied and used again; a deployment goes away. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrainST {
  private static final String NODE = "ascend-0";

  /** Migrations take a second or two, so that they are looked at several times. */
  private static final double TIME_SCALE = 2;

  private final SystemCluster cluster = new SystemCluster("drain", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, "drain");

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  @Order(1)
  void shouldEmptyDrainedNodeWhileServing() throws InterruptedException {
    // Given
    deployment.serving();
    assertThat(deployment.loadedShards(cluster.look(NODE))).isPositive();
    try (TruthWatcher watcher = deployment.watch()) {
      long epoch = deployment.epoch();

      // When
      cluster.drain(NODE, "firmware update");

      // Then
      awaitEpoch(epoch + 1);
      awaitEmpty(cluster.look(NODE).size());
      assertThat(cluster.node(NODE).getState()).isEqualTo(NodeState.NODE_STATE_DRAINED);
      assertThat(deployment.get().getPlan().getStagesList())
          .flatExtracting(stage -> stage.getDeviceIdsList())
          .noneMatch(device -> ((String) device).startsWith(NODE + "/"));
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  @Test
  @Order(2)
  void shouldUseUndrainedNodeAgain() throws InterruptedException {
    // Given
    cluster.drain(NODE, "");
    deployment.serving();
    try (TruthWatcher watcher = deployment.watch()) {
      cluster.undrain(NODE);

      // When
      RebalanceDeploymentResponse answer = deployment.rebalance(false);

      // Then
      assertThat(answer.getAdopted()).as(answer.getReason()).isTrue();
      awaitEpoch(answer.getEpoch());
      assertThat(cluster.node(NODE).getState()).isEqualTo(NodeState.NODE_STATE_ONLINE);
      assertThat(deployment.loadedShards(cluster.look(NODE))).isPositive();
      SystemDeployment.assertNeverUnserved(watcher);
      deployment.assertSound(watcher);
    }
  }

  @Test
  @Order(3)
  void shouldGiveAllMemoryBackWhenDeleted() throws InterruptedException {
    // Given
    deployment.serving();
    assertThat(cluster.look()).anyMatch(device -> device.getMemoryUsedBytes() > 0);

    // When
    deployment.delete();

    // Then
    Await.until("the deployment is gone", SystemDeployment.LIMIT, this::isGone);
    assertThat(cluster.look())
        .allSatisfy(
            device -> {
              assertThat(device.getStatesList()).as(device.getDeviceId()).isEmpty();
              assertThat(device.getLoadingShards()).as(device.getDeviceId()).isZero();
              assertThat(device.getMemoryUsedBytes()).as(device.getDeviceId()).isZero();
            });
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  private void awaitEpoch(long epoch) throws InterruptedException {
    deployment.await(
        "has epoch " + epoch + " active",
        now ->
            now.getEpochsList().stream()
                .anyMatch(each -> each.getNumber() == epoch && each.hasActiveTime()));
    deployment.awaitServing();
  }

  private void awaitEmpty(int devices) throws InterruptedException {
    List<SimulatedDevice> emptied =
        Await.value(
            NODE + " is empty",
            SystemDeployment.LIMIT,
            () -> cluster.look(NODE),
            now -> now.stream().allMatch(device -> device.getMemoryUsedBytes() == 0));
    assertThat(emptied).hasSize(devices);
    assertThat(deployment.loadedShards(emptied)).isZero();
  }

  private boolean isGone() {
    try {
      return deployment.get() == null;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() == Status.Code.NOT_FOUND;
    }
  }
}
