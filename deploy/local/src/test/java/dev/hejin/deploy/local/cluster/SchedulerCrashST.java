package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.Deployment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The scheduler is killed while shards are on their way, and goes on where it was. {@code
 * -Dhejin.loops=N} kills it in N changes of load instead of one.
 */
@Timeout(3600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchedulerCrashST {
  private static final String NAME = "crash";

  /** Loads take some seconds, so that they can be hit in the middle. */
  private static final double TIME_SCALE = 0.3;

  private static final double DRIFT = 0.2;
  private static final int LOOPS = Integer.getInteger("hejin.loops", 1);

  /** Telemetry is aggregated over windows of this length. */
  private static final long WINDOW_MILLIS = 3_000;

  private final SystemCluster cluster = new SystemCluster("scheduler-crash", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
    cluster.shiftLoad(deployment.load(1));
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  @Order(1)
  void shouldFinishFirstLoad() throws InterruptedException {
    // Given
    deployment.create();
    try (TruthWatcher watcher = deployment.watch()) {
      deployment.awaitMiddleOfLoad(0);

      // When
      CommittedEvents before = crashAndReturn();

      // Then
      Deployment served = deployment.awaitServing();
      assertThat(before.adopted(NAME)).containsExactly(1L);
      assertThat(before.activated(NAME)).as("it was in the middle").isEmpty();
      assertThat(served.getEpochsList()).hasSize(1);
      assertThat(deployment.isServed()).isTrue();
      assertSound(watcher, before);
    }
  }

  @Test
  @Order(2)
  void shouldFinishRebalance() throws InterruptedException {
    for (int loop = 0; loop < LOOPS; loop++) {
      finishRebalance(2 + loop);
    }
  }

  private void finishRebalance(int load) throws InterruptedException {
    // Given
    deployment.serving();
    try (TruthWatcher watcher = deployment.watch()) {
      cluster.shiftLoad(deployment.load(load));
      long settledMillis = System.currentTimeMillis() + WINDOW_MILLIS;
      deployment.await(
          "has been observed for a whole window of the new load",
          now ->
              now.getObservation().getLoadDrift() > DRIFT
                  && Timestamps.toMillis(now.getObservation().getWindowEndTime()) > settledMillis);
      long shards = deployment.loadedShards();
      long epoch = deployment.rebalance(true).getEpoch();
      deployment.awaitMiddleOfLoad(shards);

      // When
      CommittedEvents before = crashAndReturn();

      // Then
      deployment.awaitServing();
      assertThat(before.adopted(NAME)).endsWith(epoch);
      assertThat(before.activated(NAME)).as("it was in the middle").doesNotContain(epoch);
      assertThat(deployment.epoch()).isEqualTo(epoch);
      SystemDeployment.assertNeverUnserved(watcher);
      assertSound(watcher, before);
    }
  }

  @Test
  @Order(3)
  void shouldFinishDrain() throws InterruptedException {
    // Given
    deployment.serving();
    try (TruthWatcher watcher = deployment.watch()) {
      long epoch = deployment.epoch() + 1;
      long shards = deployment.loadedShards();
      cluster.drain("ascend-0", "");
      deployment.awaitMiddleOfLoad(shards);

      // When
      CommittedEvents before = crashAndReturn();

      // Then
      deployment.awaitServing();
      assertThat(before.adopted(NAME)).endsWith(epoch);
      assertThat(before.activated(NAME)).as("it was in the middle").doesNotContain(epoch);
      assertThat(deployment.epoch()).isEqualTo(epoch);
      assertThat(deployment.loadedShards(cluster.look("ascend-0"))).isZero();
      SystemDeployment.assertNeverUnserved(watcher);
      assertSound(watcher, before);
    } finally {
      cluster.undrain("ascend-0");
    }
  }

  /** Kills the scheduler and starts it again on the same log; returns the log in between. */
  private CommittedEvents crashAndReturn() throws InterruptedException {
    cluster.killScheduler();
    CommittedEvents between = CommittedEvents.of(cluster);
    cluster.startScheduler();
    return between;
  }

  /** Nothing broken at any look, nothing lost from the log, nothing in it twice. */
  private void assertSound(TruthWatcher watcher, CommittedEvents before) {
    CommittedEvents after = CommittedEvents.of(cluster);
    after.assertContinues(before, NAME);
    assertThat(after.activated(NAME)).endsWith(after.adopted(NAME).getLast());
    assertThat(deployment.answer().getRevision())
        .isEqualTo(after.revision())
        .isGreaterThan(before.revision());
    deployment.assertSound(watcher);
  }
}
