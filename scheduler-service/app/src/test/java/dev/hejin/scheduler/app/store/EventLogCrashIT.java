package dev.hejin.scheduler.app.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The event log while its broker dies and comes back. */
@Timeout(120)
class EventLogCrashIT {
  private static final String TOPIC = "hejin.event";

  private final Path data;
  private final List<EventLog> opened = new ArrayList<>();
  private BrokerProcess broker;

  EventLogCrashIT(@TempDir Path scratch) throws Exception {
    data = scratch.resolve("data");
    broker = BrokerProcess.start(data, "0");
    broker.createTopic(TOPIC);
  }

  @AfterEach
  void close() {
    opened.forEach(EventLog::close);
    broker.close();
  }

  private EventLog log() {
    EventLog log = new EventLog(broker.bootstrapServers(), TOPIC);
    opened.add(log);
    return log;
  }

  @Test
  void shouldNotLoseNorInventWhenTheBrokerIsKilledInTheMiddle() throws Exception {
    // Given
    EventLog log = log();
    SampleRecords.open(log);
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
    List<LogRecord> uncertain = SampleRecords.open(log);
    List<LogRecord> all = SampleRecords.open(log());

    // Then
    long sure = confirmed.get();
    assertThat(seen).hasMessageContaining("the event log did not confirm a write: ");
    assertThat(uncertain).isIn(List.of(), SampleRecords.of(sure + 1, sure + 1));
    assertThat(all).isEqualTo(SampleRecords.of(1, sure + uncertain.size()));
  }

  private static LogUnavailableException appendUntilItFails(EventLog log, AtomicLong confirmed) {
    try {
      while (true) {
        log.append(SampleRecords.of(confirmed.get() + 1, confirmed.get() + 1));
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
    SampleRecords.open(log);
    SampleRecords.append(log, SampleRecords.of(1, 2));
    broker.kill();
    assertThatThrownBy(() -> log.append(SampleRecords.of(3, 3)))
        .isInstanceOf(LogUnavailableException.class);
    assertThatThrownBy(() -> log.append(SampleRecords.of(3, 3)))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessage("the event log is not open");
    assertThatThrownBy(() -> SampleRecords.open(log))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageStartingWith("cannot open topic " + TOPIC + " at " + broker.bootstrapServers());
    broker = BrokerProcess.start(data, broker.port());
    List<LogRecord> uncertain = SampleRecords.open(log);

    // When
    long next = 3 + uncertain.size();
    SampleRecords.append(log, SampleRecords.of(next, next));

    // Then
    assertThat(SampleRecords.open(log())).isEqualTo(SampleRecords.of(1, next));
  }
}
