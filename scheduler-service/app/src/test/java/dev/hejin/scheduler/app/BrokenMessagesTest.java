package dev.hejin.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class BrokenMessagesTest {
  private static final String EXECUTOR = "io.grpc.internal.SerializingExecutor";

  private final BrokenMessages filter = new BrokenMessages();

  private static LogRecord record(String logger, Exception thrown) {
    LogRecord record = new LogRecord(Level.SEVERE, "Exception while executing runnable x");
    record.setLoggerName(logger);
    record.setThrown(thrown);
    return record;
  }

  private static LogRecord brokenMessage() {
    return record(
        EXECUTOR,
        Status.INTERNAL.withDescription("Invalid protobuf byte sequence").asRuntimeException());
  }

  @Test
  void shouldSayFirstBrokenMessageInOneLine() {
    // Given
    LogRecord first = brokenMessage();

    // When
    boolean isSaid = filter.isLoggable(first);

    // Then
    assertThat(isSaid).isTrue();
    assertThat(first.getThrown()).isNull();
    assertThat(first.getMessage()).contains("Invalid protobuf byte sequence").hasLineCount(1);
    assertThat(filter.isLoggable(brokenMessage())).isFalse();
  }

  @Test
  void shouldLeaveOtherFailuresWithTheirTraces() {
    // Given
    LogRecord ours = record(EXECUTOR, new IllegalStateException("a bug"));
    LogRecord elsewhere = record("dev.hejin.x", Status.INTERNAL.asRuntimeException());

    // When
    boolean bothSaid = filter.isLoggable(ours) && filter.isLoggable(elsewhere);

    // Then
    assertThat(bothSaid).isTrue();
    assertThat(ours.getThrown()).hasMessage("a bug");
    assertThat(elsewhere.getThrown()).isNotNull();
  }
}
