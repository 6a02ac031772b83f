package dev.hejin.scheduler.app.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.lifecycle.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event log on a real broker; a topic for each test. */
@Timeout(120)
class EventLogIT {
  private static BrokerProcess broker;

  private final String topic;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void start(@TempDir Path scratch) throws Exception {
    broker = BrokerProcess.start(scratch.resolve("data"), "0");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  EventLogIT(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    broker.createTopic(topic);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  private EventLog log() {
    EventLog log = new EventLog(broker.bootstrapServers(), topic);
    opened.add(log);
    return log;
  }

  @Test
  void shouldReadAllInOrderWhenOpenedAgain() throws Exception {
    // Given
    EventLog first = log();
    List<LogRecord> nothing = SampleRecords.open(first);
    SampleRecords.append(first, SampleRecords.of(1, 1));
    SampleRecords.append(first, List.of());
    SampleRecords.append(first, SampleRecords.of(2, 5));
    SampleRecords.append(first, SampleRecords.of(6, 6));
    first.close();

    // When
    List<LogRecord> read = SampleRecords.open(log());

    // Then
    assertThat(nothing).isEmpty();
    assertThat(read).isEqualTo(SampleRecords.of(1, 6));
  }

  @Test
  void shouldHandOverOnlyWhatItHasNotHandedOverBefore() throws Exception {
    // Given
    EventLog log = log();
    SampleRecords.open(log);
    SampleRecords.append(log, SampleRecords.of(1, 3));

    // When
    List<LogRecord> again = SampleRecords.open(log);

    // Then
    assertThat(again).isEmpty();
    SampleRecords.append(log, SampleRecords.of(4, 4));
    assertThat(SampleRecords.open(log())).isEqualTo(SampleRecords.of(1, 4));
  }

  @Test
  void shouldFenceTheFirstWriterWhenASecondOpens() throws Exception {
    // Given
    EventLog first = log();
    SampleRecords.open(first);
    SampleRecords.append(first, SampleRecords.of(1, 2));

    // When
    EventLog second = log();
    List<LogRecord> read = SampleRecords.open(second);

    // Then
    assertThat(read).isEqualTo(SampleRecords.of(1, 2));
    assertThatThrownBy(() -> first.append(SampleRecords.of(3, 3)))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessage("another scheduler writes to the event log");
    SampleRecords.append(second, SampleRecords.of(3, 4));
    assertThat(SampleRecords.open(log())).isEqualTo(SampleRecords.of(1, 4));
  }

  @Test
  void shouldReadWhatTheOtherWriterCommittedWhenItTakesOverAgain() throws Exception {
    // Given
    EventLog first = log();
    SampleRecords.open(first);
    SampleRecords.append(first, SampleRecords.of(1, 2));
    EventLog second = log();
    SampleRecords.open(second);
    SampleRecords.append(second, SampleRecords.of(3, 4));

    // When
    List<LogRecord> read = SampleRecords.open(first);

    // Then
    assertThat(read).isEqualTo(SampleRecords.of(3, 4));
    assertThatThrownBy(() -> second.append(SampleRecords.of(5, 5)))
        .isInstanceOf(LogUnavailableException.class);
  }

  @Test
  void shouldNotHandOverWhatWasNeverCommitted() throws Exception {
    // Given
    EventLog log = log();
    SampleRecords.open(log);
    SampleRecords.append(log, SampleRecords.of(1, 2));
    KafkaProducer<byte[], byte[]> dying = writer();
    dying.initTransactions();
    dying.beginTransaction();
    dying
        .send(new ProducerRecord<>(topic, SampleRecords.of(3, 3).getFirst().toBytes()))
        .get(30, TimeUnit.SECONDS);

    // When
    List<LogRecord> read = SampleRecords.open(log());

    // Then
    assertThat(read).isEqualTo(SampleRecords.of(1, 2));
  }

  /** A scheduler in the middle of a transaction. */
  private KafkaProducer<byte[], byte[]> writer() {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "hejin-scheduler"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    opened.add(() -> producer.close(Duration.ZERO));
    return producer;
  }

  @Test
  void shouldKeepRecordOfALargePlan() throws Exception {
    // Given
    LogRecord large = LogRecord.of(new Event.NodeDrained("n1", "x".repeat(900_000)), 1, 1000);
    EventLog log = log();
    SampleRecords.open(log);

    // When
    SampleRecords.append(log, List.of(large));

    // Then
    assertThat(SampleRecords.open(log())).containsExactly(large);
  }

  @Test
  void shouldNameOffsetOfARecordThatIsNoEvent() throws Exception {
    // Given
    KafkaProducer<byte[], byte[]> stranger = writer();
    stranger.initTransactions();
    stranger.beginTransaction();
    var unused =
        stranger.send(new ProducerRecord<>(topic, "hello".getBytes(StandardCharsets.UTF_8)));
    stranger.commitTransaction();
    EventLog log = log();

    // When, then
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> SampleRecords.open(log))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("record at offset 0 of " + topic + "-0 is not an event: ")
          .hasMessageContaining("\nMaybe another program writes to this topic");
    }
  }
}
