package dev.hejin.scheduler.app;

import io.grpc.StatusRuntimeException;
import io.quarkus.logging.LoggingFilter;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keeps callers from filling the log: the library logs a stack trace for each call whose message
 * does not parse or is too large, and for each that breaks HTTP/2, before any of our code sees the
 * call. The first of each kind is said in one line.
 */
@LoggingFilter(name = "broken-messages")
public final class BrokenMessages implements Filter {
  private static final String MESSAGES = "io.grpc.internal.SerializingExecutor";
  private static final String WIRE = "io.grpc.netty.";
  private static final String HTTP2_FAILURE = "io.netty.handler.codec.http2.Http2Exception";

  private final AtomicBoolean messageSaid = new AtomicBoolean();
  private final AtomicBoolean wireSaid = new AtomicBoolean();

  @Override
  public boolean isLoggable(LogRecord record) {
    // Settings that the port cannot be opened with are told when the process ends for them.
    if (record.getThrown() instanceof ConfigurationException) {
      return false;
    }
    Throwable thrown = record.getThrown();
    String where = String.valueOf(record.getLoggerName());
    if (where.equals(MESSAGES) && thrown instanceof StatusRuntimeException failure) {
      shorten(record, "its message does not parse", failure.getStatus().getDescription());
      return messageSaid.compareAndSet(false, true);
    }
    if (where.startsWith(WIRE) && thrown != null && isCallersFault(thrown)) {
      shorten(record, "it breaks the protocol or a limit", thrown.getMessage());
      return wireSaid.compareAndSet(false, true);
    }
    return true;
  }

  private static boolean isCallersFault(Throwable thrown) {
    return thrown instanceof StatusRuntimeException
        || thrown.getClass().getName().startsWith(HTTP2_FAILURE);
  }

  private static void shorten(LogRecord record, String what, @Nullable String why) {
    record.setLevel(Level.WARNING);
    record.setThrown(null);
    record.setMessage("a call is refused, " + what + " (" + why + "); this is said once");
  }
}
