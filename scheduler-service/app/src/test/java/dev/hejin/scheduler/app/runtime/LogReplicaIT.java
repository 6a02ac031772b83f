package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.NotLeaderException;
import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.BrokerProcess;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.Topics;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Schedulers on one log: who leads, what the others know, what is in the log. */
@Timeout(120)
class LogReplicaIT {
  private static final long SEVERAL_TRIES_MILLIS = 3_500;
  private static final LogRecord FIRST = record(1);

  private final BrokerProcess broker;
  private final SchedulerConfig config;
  private final List<Replica> replicas = new ArrayList<>();

  LogReplicaIT(@TempDir Path scratch) throws Exception {
    broker = BrokerProcess.start(scratch.resolve("data"), "0");
    config = SampleConfig.of(broker.bootstrapServers());
  }

  @AfterEach
  void close() {
    replicas.forEach(Replica::close);
    broker.close();
  }

  private Replica replica(String address) {
    return replica(address, config);
  }

  private Replica replica(String address, SchedulerConfig settings) {
    Replica replica = new Replica(settings, address);
    replicas.add(replica);
    return replica.start();
  }

  private static boolean leads(Standing standing) {
    return standing.role() == Standing.Role.LEADING && standing.obstacle().isEmpty();
  }

  private static boolean follows(Standing standing) {
    return standing.role() == Standing.Role.FOLLOWING;
  }

  private static LogRecord record(long revision) {
    return LogRecord.of(new Event.NodeDrained("n1", "repair"), revision, 1000);
  }

  private void write(LogRecord... records) throws Exception {
    Topics.ensure(config);
    try (EventLog earlier = new EventLog(broker.bootstrapServers(), config.topics().event())) {
      earlier.open(record -> {}, (read, end) -> {});
      earlier.append(List.of(records));
    }
  }

  @Test
  void shouldLeadOnWhatIsInTheLog() throws Exception {
    // Given
    write(FIRST, record(2));

    // When
    Replica alone = replica("a:1");
    Standing standing = alone.await(LogReplicaIT::leads);

    // Then
    assertThat(standing).isEqualTo(new Standing(Standing.Role.LEADING, "a:1", 1, 3, ""));
  }

  @Test
  void shouldNeverOpenOnALogThatItCannotRead() throws Exception {
    // Given
    LogRecord newer = new LogRecord(record(2).message().toBuilder().setFormatVersion(3).build());
    write(FIRST, newer, record(3));

    // When
    Replica alone = replica("a:1");
    Thread.sleep(SEVERAL_TRIES_MILLIS);

    // Then
    assertThat(alone.led).isNotDone();
    assertThat(alone.standing().revision()).isEqualTo(1);
    assertThat(alone.standing().obstacle())
        .contains("event 2 has format 3, this version reads up to 2");
  }

  @Test
  void shouldNeverOpenOnALogWithAGap() throws Exception {
    // Given
    write(FIRST, record(3));

    // When
    Replica alone = replica("a:1");
    Thread.sleep(SEVERAL_TRIES_MILLIS);

    // Then
    assertThat(alone.led).isNotDone();
    assertThat(alone.standing().obstacle()).contains("event log jumps from revision 1 to 3");
    assertThatThrownBy(() -> alone.commit(new Command.UndrainNode("n1"), ""))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(UnavailableException.class)
        .hasMessageContaining("no change can be committed: event log jumps");
  }

  @Test
  void shouldFollowAndNameTheLeader() throws Exception {
    // Given
    Replica leader = replica("a:1");
    leader.await(LogReplicaIT::leads);
    Replica follower = replica("b:2");

    // When
    Standing standing = follower.await(LogReplicaIT::follows);
    long revision = leader.commit(new Command.Lead("x:9"), "");

    // Then
    assertThat(standing.leader()).isEqualTo("a:1");
    assertThat(follower.await(now -> now.revision() == revision).obstacle()).isEmpty();
    assertThatThrownBy(() -> follower.commit(new Command.UndrainNode("n1"), ""))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            NotLeaderException.class, e -> assertThat(e.leader()).isEqualTo("x:9"));
  }

  @Test
  void shouldHandOverAtOnceWhenTheLeaderStops() throws Exception {
    // Given
    Replica first = replica("a:1");
    first.await(LogReplicaIT::leads);
    Replica second = replica("b:2");
    second.await(LogReplicaIT::follows);

    // When
    long start = System.nanoTime();
    first.close();
    replicas.remove(first);
    Standing standing = second.await(LogReplicaIT::leads);

    // Then
    assertThat(standing.term()).isEqualTo(2);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))
        .as("no session had to time out")
        .isLessThan(config.election().sessionTimeout().toSeconds());
  }

  @Test
  void shouldNeverLeadAgainWhenAnotherHasItsAddress() throws Exception {
    // Given
    Replica first = replica("a:1");
    first.await(LogReplicaIT::leads);

    // When
    Replica second = replica("a:1");
    second.await(LogReplicaIT::leads);

    // Then
    first.await(now -> now.role() != Standing.Role.LEADING);
    assertThat(first.election.isReplaced()).isTrue();
    assertThat(second.standing().term()).isEqualTo(2);
  }

  @Test
  void shouldStartFromASnapshotWhenTheRestIsGone() throws Exception {
    // Given
    SchedulerConfig often =
        SampleConfig.of(broker.bootstrapServers(), Map.of("hejin.log.snapshot-events", "10"));
    Replica leader = replica("a:1", often);
    leader.await(LogReplicaIT::leads);

    // When
    for (int i = 0; i < 100; i++) {
      String request = "r" + i;
      leader.commit(new Command.Lead("a:" + i), request);
      leader
          .loop
          .call(
              () -> {
                leader.committer.snapshotIfDue();
                return true;
              })
          .get();
    }
    awaitTrimmed();

    // Then
    Replica late = replica("b:2", often);
    Standing standing = late.await(LogReplicaIT::follows);
    assertThat(standing.revision()).isEqualTo(leader.standing().revision()).isGreaterThan(200);
    assertThat(late.loop.read(() -> late.committer.state().snapshot()).get())
        .isEqualTo(leader.loop.read(() -> leader.committer.state().snapshot()).get());
  }

  /** Waits until the log has lost its beginning. */
  private void awaitTrimmed() throws InterruptedException {
    TopicPartition log = new TopicPartition(config.topics().event(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      long start = 0;
      for (int i = 0; i < 100 && start < 100; i++) {
        start = consumer.beginningOffsets(List.of(log)).getOrDefault(log, 0L);
        Thread.sleep(50);
      }
      assertThat(start).isGreaterThan(100);
    }
  }

  @Test
  void shouldSayThatTheBrokerIsAwayAlsoWhileItFollows() throws Exception {
    // Given
    Replica leader = replica("one:1");
    leader.await(LogReplicaIT::leads);
    Replica follower = replica("two:2");
    follower.await(s -> follows(s) && s.obstacle().isEmpty());

    // When
    broker.close();

    // Then
    Standing lost = follower.await(s -> !s.obstacle().isEmpty());
    assertThat(follows(lost)).isTrue();
    assertThat(lost.obstacle()).contains("hejin.event");
    assertThat(leader.await(s -> !s.obstacle().isEmpty()).obstacle()).isNotEmpty();
  }
}
