package dev.hejin.scheduler.app.observe;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.MDC;

/**
 * Fields of the log lines within a block: what collectors search by. Text lines do not show them,
 * JSON lines do.
 */
public final class LogFields implements AutoCloseable {
  private final List<String> names = new ArrayList<>();

  private LogFields() {}

  public static LogFields deployment(String name, long epoch) {
    return new LogFields().put("deployment", name).put("epoch", String.valueOf(epoch));
  }

  public static LogFields node(String name) {
    return new LogFields().put("node", name);
  }

  public static LogFields device(String id) {
    int slash = id.lastIndexOf('/');
    return node(slash < 0 ? id : id.substring(0, slash)).put("device", id);
  }

  private LogFields put(String name, String value) {
    MDC.put(name, value);
    names.add(name);
    return this;
  }

  @Override
  public void close() {
    names.forEach(MDC::remove);
  }
}
