package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** A device that hardly goes on is set aside while the model is served, and used again on order. */
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlowDeviceST {
  private static final String NODE = "h20-0";
  private static final String SLOW = NODE + "/1";
  private static final double SPEED = 0.02;

  private final SystemCluster cluster =
      new SystemCluster(
          "slow-device", 200, "hejin.rebalance.window=1s", "hejin.rebalance.cooldown=2s");
  private final SystemDeployment deployment = new SystemDeployment(cluster, "slow", true);

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
  void shouldSetAsideADeviceThatIsWorthLessThanItsAbsence() throws InterruptedException {
    // Given
    deployment.serving();
    assertThat(deployment.loadedShards(slow())).isPositive();

    // When
    try (TruthWatcher watcher = deployment.watch()) {
      cluster.setSpeed(SLOW, SPEED);

      // Then
      Await.until("it is set aside", SystemDeployment.LIMIT, this::isSetAside);
      Await.until(
          "nothing is on it", SystemDeployment.LIMIT, () -> deployment.loadedShards(slow()) == 0);
      deployment.awaitServing();
      SystemDeployment.assertNeverUnserved(watcher);
    }
  }

  @Test
  @Order(2)
  void shouldUseItAgainOnOrder() throws InterruptedException {
    // Given
    cluster.setSpeed(SLOW, 1);

    // When
    cluster.undrain(NODE);

    // Then
    assertThat(CommittedEvents.of(cluster).events())
        .filteredOn(EventRecord::hasDeviceRestored)
        .extracting(event -> event.getDeviceRestored().getDeviceId())
        .containsExactly(SLOW);
    Await.until(
        "it is used again", SystemDeployment.LIMIT, () -> deployment.loadedShards(slow()) > 0);
  }

  private boolean isSetAside() {
    return CommittedEvents.of(cluster).events().stream()
        .filter(EventRecord::hasDeviceSetAside)
        .anyMatch(event -> event.getDeviceSetAside().getDeviceId().equals(SLOW));
  }

  private List<SimulatedDevice> slow() {
    return cluster.look(NODE).stream().filter(device -> device.getDeviceId().equals(SLOW)).toList();
  }
}
