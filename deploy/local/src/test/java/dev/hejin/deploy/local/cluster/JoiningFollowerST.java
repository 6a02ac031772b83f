package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.SchedulerConnection;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A third scheduler joins while the second hangs: Kafka's group waits for the second until its
 * session is over, and confirms nothing to the leader in the meantime.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoiningFollowerST {
  private static final String MOVED = "ascend-0";
  private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
  private static final long PAUSE_MILLIS = 20;

  /** A member that is gone is forgotten after its session, 6 s. */
  private static final long FORGOTTEN_MILLIS = 8_000;

  private final SystemCluster cluster = new SystemCluster("joining-follower", 20, 3);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.startBroker();
    cluster.startScheduler(0, "log");
    cluster.startScheduler(1, "log");
    cluster.startAgents();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldGoOnLeadingWhileAnotherJoinsAndOneHangs() throws InterruptedException {
    int rounds = Integer.getInteger("hejin.loops", 1);
    for (int round = 0; round < rounds; round++) {
      // Given
      if (round > 0) {
        cluster.killScheduler(2);
        Thread.sleep(FORGOTTEN_MILLIS);
      }
      int leader = cluster.awaitLeader();
      int hanging = 1 - leader;
      int elections = CommittedEvents.of(cluster).elections().size();

      // When
      cluster.scheduler(hanging).pause();
      CompletableFuture<Boolean> joined = CompletableFuture.supplyAsync(this::join);
      double longestSeconds = longestRefusal(leader, joined);

      // Then
      System.out.printf("changes were refused for at most %.1f s%n", longestSeconds);
      assertThat(cluster.awaitLeader()).isEqualTo(leader);
      assertThat(CommittedEvents.of(cluster).elections()).hasSize(elections);
      cluster.scheduler(hanging).resume();
      Await.until(
          "the one that hung follows",
          SystemDeployment.LIMIT,
          () -> cluster.scheduler(hanging).isReadyAs("following"));
      assertThat(devicesOf(leader)).isNotEmpty().noneMatch(DeviceStatus::getShardCountUnknown);
      assertThat(devicesOf(hanging)).isNotEmpty().allMatch(DeviceStatus::getShardCountUnknown);
      assertThat(CommittedEvents.of(cluster).elections()).hasSize(elections);
    }
  }

  /** As one scheduler knows them. */
  private List<DeviceStatus> devicesOf(int scheduler) {
    try (SchedulerConnection connection =
        SchedulerConnection.open(cluster.scheduler(scheduler).address(), CALL_LIMIT)) {
      return connection
          .inventory()
          .listDevices(ListDevicesRequest.getDefaultInstance())
          .getDevicesList();
    }
  }

  private boolean join() {
    try {
      cluster.startScheduler(2, "log");
      return true;
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  /** Changes one after the other until the third is there; the longest time without an answer. */
  private double longestRefusal(int leader, CompletableFuture<Boolean> joined)
      throws InterruptedException {
    long longestNanos = 0;
    long answered = System.nanoTime();
    boolean drain = true;
    try (SchedulerConnection connection =
        SchedulerConnection.open(cluster.scheduler(leader).address(), CALL_LIMIT)) {
      boolean last = false;
      while (!last) {
        boolean there = joined.isDone();
        boolean changed = isChanged(connection, drain);
        if (changed) {
          drain = !drain;
          longestNanos = Math.max(longestNanos, System.nanoTime() - answered);
          answered = System.nanoTime();
        }
        last = there && changed;
        Thread.sleep(PAUSE_MILLIS);
      }
      while (!drain && !isChanged(connection, false)) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    assertThat(joined).isCompletedWithValue(true);
    return longestNanos / 1e9;
  }

  private static boolean isChanged(SchedulerConnection connection, boolean drain) {
    try {
      var unused =
          drain
              ? connection
                  .inventory()
                  .drainNode(DrainNodeRequest.newBuilder().setNodeId(MOVED).build())
              : connection
                  .inventory()
                  .undrainNode(UndrainNodeRequest.newBuilder().setNodeId(MOVED).build());
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }
}
