package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.BrokerProcess;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.Topics;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Event;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Start of the scheduler on what is in the log. */
@Timeout(120)
class LogRecoveryIT {
  private static final long SEVERAL_TRIES_MILLIS = 3_500;
  private static final LogRecord FIRST = record(1);

  private final BrokerProcess broker;
  private final SchedulerConfig config;
  private final EventLog log;
  private final Committer committer;
  private final ControlLoop loop = new ControlLoop();
  private final CompletableFuture<Boolean> opened = new CompletableFuture<>();
  private final LogRecovery recovery;

  LogRecoveryIT(@TempDir Path scratch) throws Exception {
    broker = BrokerProcess.start(scratch.resolve("data"), "0");
    config = SampleConfig.of(broker.bootstrapServers());
    log = new EventLog(broker.bootstrapServers(), config.topics().event());
    committer = new Committer(log, Clock.systemUTC());
    recovery = new LogRecovery(config, log, loop, committer, () -> opened.complete(true));
  }

  @AfterEach
  void close() {
    recovery.stop();
    loop.close();
    log.close();
    broker.close();
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
  void shouldOpenOnWhatIsInTheLog() throws Exception {
    // Given
    write(FIRST, record(2));

    // When
    loop.post(recovery::start);
    opened.get(30, TimeUnit.SECONDS);

    // Then
    assertThat(loop.call(() -> committer.isAvailable()).get()).isTrue();
    assertThat(loop.call(() -> committer.state().revision()).get()).isEqualTo(2);
  }

  @Test
  void shouldNeverOpenOnALogThatItCannotRead() throws Exception {
    // Given
    LogRecord newer = new LogRecord(record(2).message().toBuilder().setFormatVersion(2).build());
    write(FIRST, newer, record(3));

    // When
    loop.post(recovery::start);
    Thread.sleep(SEVERAL_TRIES_MILLIS);

    // Then
    assertThat(opened).isNotDone();
    assertThat(loop.call(() -> committer.isAvailable()).get()).isFalse();
    assertThat(loop.call(() -> committer.state().revision()).get()).isEqualTo(1);
    assertThat(loop.call(() -> committer.unavailableReason()).get())
        .contains("event 2 has format 2, this version reads 1");
  }

  @Test
  void shouldNeverOpenOnALogWithAGap() throws Exception {
    // Given
    write(FIRST, record(3));

    // When
    loop.post(recovery::start);
    Thread.sleep(SEVERAL_TRIES_MILLIS);

    // Then
    assertThat(opened).isNotDone();
    assertThat(loop.call(() -> committer.unavailableReason()).get())
        .contains("event log jumps from revision 1 to 3");
    assertThatThrownBy(() -> committer.commit(new Command.UndrainNode("n1")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageStartingWith("no change can be committed: event log jumps");
  }
}
