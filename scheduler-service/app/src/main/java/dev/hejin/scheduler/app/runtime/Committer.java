package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.LogUnavailableException;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.CommandHandler;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.model.ModelSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jboss.logging.Logger;

/**
 * Turns commands into committed events and only then into state. Used on the control loop alone.
 *
 * <p>When a write fails its fate is unknown, so the committer closes itself until the log was
 * opened and read again.
 */
final class Committer {
  private static final Logger LOG = Logger.getLogger(Committer.class);

  private final ClusterState state = new ClusterState();
  private final EventLog log;
  private final Clock clock;
  private boolean available;
  private String unavailableReason = "the event log is being read";

  Committer(EventLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  ClusterState state() {
    return state;
  }

  boolean isAvailable() {
    return available;
  }

  String unavailableReason() {
    return unavailableReason;
  }

  /**
   * Decides, commits, applies.
   *
   * @return revision after the command
   * @throws RejectedException when the command is refused
   * @throws UnavailableException when the log cannot be written; nothing is applied
   */
  long commit(Command command) {
    if (!available) {
      throw new UnavailableException("no change can be committed: " + unavailableReason);
    }
    switch (CommandHandler.decide(state, command)) {
      case Decision.Rejected rejected ->
          throw new RejectedException(rejected.kind(), rejected.field(), rejected.message());
      case Decision.Accepted accepted -> commit(accepted.events());
    }
    return state.revision();
  }

  private void commit(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    long now = clock.millis();
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      records.add(LogRecord.of(events.get(i), state.revision() + 1 + i, now));
    }
    try {
      log.append(records);
    } catch (LogUnavailableException e) {
      available = false;
      unavailableReason = String.valueOf(e.getMessage());
      LOG.warnf("changes are refused until the event log is back: %s", e.getMessage());
      throw new UnavailableException("no change can be committed: " + unavailableReason);
    }
    events.forEach(event -> state.apply(event, now));
  }

  /**
   * Applies what another run, or a write of unknown fate, left in the log. What was applied is
   * taken from the queue: a record that cannot be applied stays at its head, and so does all after
   * it.
   */
  void replay(Queue<LogRecord> records) {
    for (LogRecord record = records.peek(); record != null; record = records.peek()) {
      if (record.revision() != state.revision() + 1) {
        throw new IllegalStateException(
            "event log jumps from revision "
                + state.revision()
                + " to "
                + record.revision()
                + "\nMaybe two schedulers wrote to one topic, or records were deleted.");
      }
      state.apply(record.event(this::model), record.timeMillis());
      records.remove();
    }
  }

  private ModelSpec model(String deployment) {
    return state
        .deployment(deployment)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the event log adopts a plan for '"
                        + deployment
                        + "', which it does not create"))
        .spec()
        .model();
  }

  void opened() {
    available = true;
    unavailableReason = "";
  }

  void unavailable(String reason) {
    available = false;
    unavailableReason = reason;
  }
}
