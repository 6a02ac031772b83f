package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Two schedulers, a broker and agents, of which one after the other is killed or paused while
 * shards move. {@code -Dhejin.loops=N} makes N rounds of each kind instead of one, {@code
 * -Dhejin.failover.rounds=N} just N rounds, {@code -Dhejin.failover.seed=N} other moments.
 */
@Timeout(3600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverST {
  private static final String NAME = "failover";
  private static final String MOVED = "ascend-0";
  private static final String ALONE = "h20-1";

  /** Loads take about a second, so that they can be hit in the middle. */
  private static final double TIME_SCALE = 2;

  private static final double MOST_SECONDS = 10;

  private enum Loss {
    LEADER_KILLED,
    LEADER_PAUSED,
    FOLLOWER_KILLED,
    AGENT_KILLED,
    BROKER_KILLED
  }

  private final long seed = Long.getLong("hejin.failover.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final SystemCluster cluster = new SystemCluster("failover", TIME_SCALE, 2);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);
  private final List<Double> electionSeconds = new ArrayList<>();
  private final List<Double> changeSeconds = new ArrayList<>();
  private boolean drained;
  private int changes;

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start(ALONE);
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldStayConsistentWhateverIsLost() throws InterruptedException {
    // Given
    System.out.println("moments from seed " + seed);
    deployment.serving();
    int rounds =
        Integer.getInteger(
            "hejin.failover.rounds", Loss.values().length * Integer.getInteger("hejin.loops", 1));
    CommittedEvents before = CommittedEvents.of(cluster);
    for (int round = 0; round < rounds; round++) {
      Loss loss = Loss.values()[round % Loss.values().length];

      // When
      try (TruthWatcher watcher = deployment.watch()) {
        change();
        Thread.sleep(random.nextInt(1_500));
        suffer(loss);
        deployment.awaitServing();

        // Then
        CommittedEvents after = CommittedEvents.of(cluster);
        assertThat(watcher.whole().violations()).as("%s in round %d", loss, round).isEmpty();
        if (loss != Loss.AGENT_KILLED) {
          SystemDeployment.assertNeverUnserved(watcher);
        }
        assertConsistent(after, before);
        before = after;
      }
    }
    report();
  }

  /** Asks for a change and counts it. */
  private void change() {
    String id = "change-" + changes++;
    long revision =
        drained
            ? cluster
                .connection()
                .inventory()
                .undrainNode(
                    UndrainNodeRequest.newBuilder().setNodeId(MOVED).setRequestId(id).build())
                .getRevision()
            : cluster
                .connection()
                .inventory()
                .drainNode(DrainNodeRequest.newBuilder().setNodeId(MOVED).setRequestId(id).build())
                .getRevision();
    assertThat(revision).isPositive();
    drained = !drained;
  }

  private void suffer(Loss loss) throws InterruptedException {
    int leader = cluster.awaitLeader();
    int follower = 1 - leader;
    long lost = System.currentTimeMillis();
    switch (loss) {
      case LEADER_KILLED -> {
        cluster.killScheduler(leader);
        change();
        changed(lost);
        elected(lost);
        cluster.startScheduler(leader, "log");
      }
      case LEADER_PAUSED -> {
        cluster.scheduler(leader).pause();
        change();
        changed(lost);
        elected(lost);
        cluster.scheduler(leader).resume();
        Await.until(
            "the old leader follows",
            SystemDeployment.LIMIT,
            () -> cluster.scheduler(leader).isReadyAs("following"));
        assertThat(cluster.awaitLeader()).isEqualTo(follower);
      }
      case FOLLOWER_KILLED -> {
        cluster.killScheduler(follower);
        change();
        cluster.startScheduler(follower, "log");
        assertThat(cluster.awaitLeader()).isEqualTo(leader);
      }
      case AGENT_KILLED -> {
        cluster.killNode(ALONE);
        cluster.startNode(ALONE);
      }
      case BROKER_KILLED -> {
        cluster.killBroker();
        cluster.startBroker();
        change();
      }
    }
  }

  private void changed(long lostMillis) {
    changeSeconds.add((System.currentTimeMillis() - lostMillis) / 1e3);
  }

  /** The first write of a leader is the one that says so. */
  private void elected(long lostMillis) {
    EventRecord election = CommittedEvents.of(cluster).elections().getLast();
    double seconds = (Timestamps.toMillis(election.getTime()) - lostMillis) / 1e3;
    electionSeconds.add(seconds);
    assertThat(seconds)
        .as("from the loss of the leader to a write")
        .isPositive()
        .isLessThan(MOST_SECONDS);
  }

  /** Nothing lost, nothing twice, one leader after the other. */
  private void assertConsistent(CommittedEvents after, CommittedEvents before) {
    after.assertContinues(before, NAME);
    assertThat(after.elections())
        .extracting(record -> record.getLeaderElected().getTerm())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, after.elections().size()).boxed().toList());
    assertThat(after.events().stream().filter(EventRecord::hasRequestAnswered))
        .extracting(record -> record.getRequestAnswered().getRequestId())
        .containsExactlyElementsOf(
            LongStream.range(0, changes).mapToObj(i -> "change-" + i).toList());
    assertThat(
            after.events().stream()
                .filter(record -> record.hasNodeDrained() || record.hasNodeUndrained()))
        .hasSize(changes);
    assertThat(after.activated(NAME)).endsWith(after.adopted(NAME).getLast());
    assertThat(deployment.isServed()).isTrue();
    assertThat(deployment.get().getProgress().getInvariantViolations()).isZero();
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  private void report() {
    System.out.printf(
        "leader lost to first committed write of the next: %s s%n"
            + "leader lost to the answer of a caller's change: %s s%n",
        electionSeconds, changeSeconds);
  }
}
