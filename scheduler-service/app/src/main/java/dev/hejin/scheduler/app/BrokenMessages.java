package dev.hejin.scheduler.app;

import io.grpc.StatusRuntimeException;
import io.quarkus.logging.LoggingFilter;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Keeps callers from filling the log: the library logs a stack trace for each call whose message
 * does not parse, before any of our code sees the call. The first such call is said in one line.
 */
@LoggingFilter(name = "broken-messages")
public final class BrokenMessages implements Filter {
  private static final String WHERE = "io.grpc.internal.SerializingExecutor";

  private final AtomicBoolean said = new AtomicBoolean();

  @Override
  public boolean isLoggable(LogRecord record) {
    // Settings that the port cannot be opened with are told when the process ends for them.
    if (record.getThrown() instanceof ConfigurationException) {
      return false;
    }
    if (!WHERE.equals(record.getLoggerName())
        || !(record.getThrown() instanceof StatusRuntimeException failure)) {
      return true;
    }
    record.setLevel(Level.WARNING);
    record.setThrown(null);
    record.setMessage(
        "a call is refused, its message does not parse ("
            + failure.getStatus().getDescription()
            + "); this is said once");
    return said.compareAndSet(false, true);
  }
}
