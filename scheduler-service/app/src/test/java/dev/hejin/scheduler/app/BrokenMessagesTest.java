package dev.hejin.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
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
  void shouldSayFirstBreachOfTheProtocolInOneLine() {
    // Given
    LogRecord tooLarge =
        record(
            "io.grpc.netty.NettyServerStream",
            Status.RESOURCE_EXHAUSTED.withDescription("too large").asRuntimeException());
    LogRecord headers =
        record(
            "io.grpc.netty.NettyServerHandler",
            Http2Exception.streamError(1, Http2Error.PROTOCOL_ERROR, "headers without end"));

    // When
    boolean isSaid = filter.isLoggable(tooLarge);

    // Then
    assertThat(isSaid).isTrue();
    assertThat(tooLarge.getThrown()).isNull();
    assertThat(tooLarge.getMessage()).contains("too large").hasLineCount(1);
    assertThat(filter.isLoggable(headers)).isFalse();
    assertThat(filter.isLoggable(brokenMessage())).as("another kind").isTrue();
  }

  @Test
  void shouldLeaveOtherFailuresWithTheirTraces() {
    // Given
    LogRecord ours = record(EXECUTOR, new IllegalStateException("a bug"));
    LogRecord wire = record("io.grpc.netty.NettyServerHandler", new IllegalStateException("x"));
    LogRecord elsewhere = record("dev.hejin.x", Status.INTERNAL.asRuntimeException());

    // When
    boolean bothSaid =
        filter.isLoggable(ours) && filter.isLoggable(elsewhere) && filter.isLoggable(wire);

    // Then
    assertThat(bothSaid).isTrue();
    assertThat(ours.getThrown()).hasMessage("a bug");
    assertThat(wire.getThrown()).hasMessage("x");
    assertThat(elsewhere.getThrown()).isNotNull();
  }
}
