package dev.hejin.scheduler.app.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.lifecycle.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event log on a real broker. */
@Timeout(120)
class EventLogIT {
  private static final String TOPIC = "hejin.event";

  private final Path data;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private BrokerProcess broker;

  EventLogIT(@TempDir Path scratch) throws Exception {
    data = scratch.resolve("data");
    broker = BrokerProcess.start(data, "0");
  }

  @BeforeEach
  void createTopic() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
    broker.close();
  }

  private EventLog log() {
    EventLog log = new EventLog(broker.bootstrapServers(), TOPIC);
    opened.add(log);
    return log;
  }

  private static List<LogRecord> records(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(i -> LogRecord.of(new Event.NodeDrained("n1", "no. " + i), i, 1000 * i))
        .toList();
  }

  private static List<LogRecord> open(EventLog log) throws LogUnavailableException {
    List<LogRecord> read = new ArrayList<>();
    log.open(read::add, (done, end) -> assertThat(done).isLessThanOrEqualTo(end));
    return read;
  }

  @Test
  void shouldReadAllInOrderWhenOpenedAgain() throws Exception {
    // Given
    EventLog first = log();
    List<LogRecord> nothing = open(first);
    first.append(records(1, 1));
    first.append(List.of());
    first.append(records(2, 5));
    first.append(records(6, 6));
    first.close();

    // When
    List<LogRecord> read = open(log());

    // Then
    assertThat(nothing).isEmpty();
    assertThat(read).isEqualTo(records(1, 6));
  }

  @Test
  void shouldHandOverOnlyWhatItHasNotHandedOverBefore() throws Exception {
    // Given
    EventLog log = log();
    open(log);
    log.append(records(1, 3));

    // When
    List<LogRecord> again = open(log);

    // Then
    assertThat(again).isEmpty();
    log.append(records(4, 4));
    assertThat(open(log())).isEqualTo(records(1, 4));
  }

  @Test
  void shouldFenceTheFirstWriterWhenASecondOpens() throws Exception {
    // Given
    EventLog first = log();
    open(first);
    first.append(records(1, 2));

    // When
    EventLog second = log();
    List<LogRecord> read = open(second);

    // Then
    assertThat(read).isEqualTo(records(1, 2));
    assertThatThrownBy(() -> first.append(records(3, 3)))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessage("another scheduler writes to the event log");
    second.append(records(3, 4));
    assertThat(open(log())).isEqualTo(records(1, 4));
  }

  @Test
  void shouldReadWhatTheOtherWriterCommittedWhenItTakesOverAgain() throws Exception {
    // Given
    EventLog first = log();
    open(first);
    first.append(records(1, 2));
    EventLog second = log();
    open(second);
    second.append(records(3, 4));

    // When
    List<LogRecord> read = open(first);

    // Then
    assertThat(read).isEqualTo(records(3, 4));
    assertThatThrownBy(() -> second.append(records(5, 5)))
        .isInstanceOf(LogUnavailableException.class);
  }

  @Test
  void shouldNotHandOverWhatWasNeverCommitted() throws Exception {
    // Given
    EventLog log = log();
    open(log);
    log.append(records(1, 2));
    KafkaProducer<byte[], byte[]> dying = writer();
    dying.initTransactions();
    dying.beginTransaction();
    dying
        .send(new ProducerRecord<>(TOPIC, records(3, 3).getFirst().toBytes()))
        .get(30, TimeUnit.SECONDS);

    // When
    List<LogRecord> read = open(log());

    // Then
    assertThat(read).isEqualTo(records(1, 2));
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
    opened.add(() -> producer.close(java.time.Duration.ZERO));
    return producer;
  }

  @Test
  void shouldNotLoseNorInventWhenTheBrokerIsKilledInTheMiddle() throws Exception {
    // Given
    EventLog log = log();
    open(log);
    AtomicLong confirmed = new AtomicLong();
    CompletableFuture<LogUnavailableException> failure =
        CompletableFuture.supplyAsync(() -> appendUntilItFails(log, confirmed));
    while (confirmed.get() < 20) {
      Thread.sleep(1);
    }

    // When
    broker.kill();
    LogUnavailableException seen = failure.get(60, TimeUnit.SECONDS);
    broker = BrokerProcess.start(data, broker.port());
    List<LogRecord> uncertain = open(log);
    List<LogRecord> all = open(log());

    // Then
    long sure = confirmed.get();
    assertThat(seen).hasMessageContaining("the event log did not confirm a write: ");
    assertThat(uncertain).isIn(List.of(), records(sure + 1, sure + 1));
    assertThat(all).isEqualTo(records(1, sure + uncertain.size()));
  }

  private static LogUnavailableException appendUntilItFails(EventLog log, AtomicLong confirmed) {
    try {
      while (true) {
        log.append(records(confirmed.get() + 1, confirmed.get() + 1));
        confirmed.incrementAndGet();
      }
    } catch (LogUnavailableException e) {
      return e;
    }
  }

  @Test
  void shouldWriteAgainAfterTheBrokerCameBack() throws Exception {
    // Given
    EventLog log = log();
    open(log);
    log.append(records(1, 2));
    broker.kill();
    assertThatThrownBy(() -> log.append(records(3, 3))).isInstanceOf(LogUnavailableException.class);
    assertThatThrownBy(() -> log.append(records(3, 3)))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessage("the event log is not open");
    assertThatThrownBy(() -> open(log))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageStartingWith("cannot open topic " + TOPIC + " at " + broker.bootstrapServers());
    broker = BrokerProcess.start(data, broker.port());
    List<LogRecord> uncertain = open(log);

    // When
    long next = 3 + uncertain.size();
    log.append(records(next, next));

    // Then
    assertThat(open(log())).isEqualTo(records(1, next));
  }

  @Test
  void shouldKeepRecordOfALargePlan() throws Exception {
    // Given
    LogRecord large = LogRecord.of(new Event.NodeDrained("n1", "x".repeat(900_000)), 1, 1000);
    EventLog log = log();
    open(log);

    // When
    log.append(List.of(large));

    // Then
    assertThat(open(log())).containsExactly(large);
  }

  @Test
  void shouldNameOffsetOfARecordThatIsNoEvent() throws Exception {
    // Given
    KafkaProducer<byte[], byte[]> stranger = writer();
    stranger.initTransactions();
    stranger.beginTransaction();
<<<<<<< HEAD
    var unused =
        stranger.send(new ProducerRecord<>(TOPIC, "hello".getBytes(StandardCharsets.UTF_8)));
=======
    var unused = stranger.send(new ProducerRecord<>(TOPIC, "hello".getBytes(StandardCharsets.UTF_8)));
>>>>>>> 3fd8a662af846a52e005a4c29a6fa4b5b8602ec8
    stranger.commitTransaction();
    EventLog log = log();

    // When, then
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(log))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("record at offset 0 of hejin.event-0 is not an event: ")
          .hasMessageContaining("\nMaybe another program writes to this topic");
    }
  }
}
