package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.observe.Traces;
import dev.hejin.scheduler.app.port.NotLeaderException;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.Standing;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.LogUnavailableException;
import dev.hejin.scheduler.app.store.RecordLog;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.CommandHandler;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.LeaderEntry;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.ModelSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Turns commands into committed events and only then into state. Used on the control loop alone,
 * which answers reads while a write is under way.
 *
 * <p>When a write fails its fate is unknown, so the committer closes itself until the log was
 * opened and read again.
 */
final class Committer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Committer.class);

  private final ClusterState state = new ClusterState();
  private final DeploymentTraces traces = new DeploymentTraces();
  private final SnapshotSchedule snapshots;
  private final RecordLog log;
  private final Clock clock;
  private final ControlLoop loop;
  private final String address;
  private final BooleanSupplier lease;
  private final List<StatePart> unfinishedSnapshot = new ArrayList<>();
  private boolean skipsSnapshot;
  private boolean caughtUp;

  /** Whether the last attempt to read or write failed: what was caught up with may be old. */
  private boolean brokerIsAway;

  private long term;
  private volatile boolean open;
  private String unavailableReason = "the event log is being read";

  private final ExecutorService writer;
  private final ExecutorService trimmer;

  /**
   * @param address at which others reach this scheduler
   * @param lease whether nobody else can have been elected
   * @param workers that write and trim
   */
  Committer(
      RecordLog log,
      Clock clock,
      ControlLoop loop,
      SchedulerConfig.Log settings,
      String address,
      BooleanSupplier lease,
      Workers workers) {
    this.log = log;
    this.clock = clock;
    this.loop = loop;
    this.snapshots = new SnapshotSchedule(settings);
    this.address = address;
    this.lease = lease;
    this.writer = workers.one("hejin-writer");
    this.trimmer = workers.one("hejin-trim");
  }

  ClusterState state() {
    return state;
  }

  /** Whether the log was opened and no write has failed since. From any thread. */
  boolean isOpen() {
    return open;
  }

  /** Whether changes can be committed and devices told what to do. */
  boolean isAvailable() {
    return open && lease.getAsBoolean();
  }

  String unavailableReason() {
    return open ? "the broker does not confirm that this scheduler leads" : unavailableReason;
  }

  /** Time of day, by which events are stamped; it may be set. */
  long dayTimeMillis() {
    return clock.millis();
  }

  /** Term in which this scheduler leads, or led last; 0 when it never did. */
  long term() {
    return term;
  }

  /** The leader, when the log says that it is another one than this process. */
  Optional<LeaderEntry> otherLeader() {
    return state
        .leader()
        .filter(leader -> leader.term() != term && !leader.address().equals(address));
  }

  Standing standing() {
    long last = state.leader().map(LeaderEntry::term).orElse(0L);
    if (open) {
      return new Standing(
          Standing.Role.LEADING,
          address,
          last,
          state.revision(),
          isAvailable() ? "" : unavailableReason());
    }
    String other = otherLeader().map(LeaderEntry::address).orElse("");
    boolean follows = caughtUp && !other.isEmpty();
    boolean stale = follows && brokerIsAway;
    return new Standing(
        follows ? Standing.Role.FOLLOWING : Standing.Role.STARTING,
        other,
        last,
        state.revision(),
        follows && !stale ? "" : unavailableReason);
  }

  /** Why no change can be made, as an answer to whoever asked for one. */
  UnavailableException refusal(String what) {
    Optional<LeaderEntry> other = open ? Optional.empty() : otherLeader();
    return other.isPresent()
        ? new NotLeaderException(
            other.get().address(),
            what
                + ": this scheduler follows, "
                + other.get().address()
                + " leads\nMaybe ask that one.")
        : new NotLeaderException("", what + ": " + unavailableReason());
  }

  long commit(Command command) {
    return commit(command, "");
  }

  /**
   * Decides, commits, applies.
   *
   * @param requestId makes the command harmless to repeat; empty: none
   * @return revision after the command
   * @throws RejectedException when the command is refused
   * @throws UnavailableException when the log cannot be written; nothing is applied
   */
  long commit(Command command, String requestId) {
    if (!isAvailable()) {
      throw refusal("no change can be committed");
    }
    decide(command, requestId);
    return state.revision();
  }

  /**
   * Commits commands of which none touches what another does, in one transaction.
   *
   * @return for each command why it was refused; empty when it was not
   * @throws UnavailableException when the log cannot be written; nothing is applied
   */
  List<Optional<RejectedException>> commitTogether(List<? extends Command> commands) {
    if (!isAvailable()) {
      throw refusal("no change can be committed");
    }
    List<Event> events = new ArrayList<>();
    List<Optional<RejectedException>> outcomes = new ArrayList<>();
    for (Command command : commands) {
      switch (CommandHandler.decide(state, command, "")) {
        case Decision.Rejected rejected -> outcomes.add(Optional.of(refusal(rejected)));
        case Decision.Accepted accepted -> {
          events.addAll(accepted.events());
          outcomes.add(Optional.empty());
        }
      }
    }
    commit(events);
    return outcomes;
  }

  private static RejectedException refusal(Decision.Rejected rejected) {
    return new RejectedException(rejected.kind(), rejected.field(), rejected.message());
  }

  private void decide(Command command, String requestId) {
    switch (CommandHandler.decide(state, command, requestId)) {
      case Decision.Rejected rejected -> throw refusal(rejected);
      case Decision.Accepted accepted -> commit(accepted.events());
    }
  }

  private void commit(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    Traces.within(
        "commit",
        () -> {
          commitTraced(events, Traces.traceParent());
          return true;
        });
  }

  private void commitTraced(List<Event> events, String traceParent) {
    long now = clock.millis();
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      LogRecord record = LogRecord.of(events.get(i), state.revision() + 1 + i, now);
      records.add(record.tracedBy(traceParent));
    }
    append(records);
    for (Event event : events) {
      state.apply(event, now);
      traces.note(event, traceParent);
      EventMeters.count(event);
    }
    records.forEach(snapshots::event);
  }

  /** The trace that a deployment's orders belong to; empty when there is none. */
  String traceOf(String deployment) {
    return traces.of(deployment);
  }

  private void append(List<LogRecord> records) {
    long start = System.nanoTime();
    CompletableFuture<Optional<LogUnavailableException>> write =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                log.append(records);
                return Optional.empty();
              } catch (LogUnavailableException e) {
                return Optional.of(e);
              }
            },
            writer);
    Optional<LogUnavailableException> failure = loop.await(write);
    Meters.committed((System.nanoTime() - start) / 1e9, failure.isEmpty());
    if (failure.isPresent()) {
      open = false;
      unavailableReason = String.valueOf(failure.get().getMessage());
      LOG.warnf("changes are refused until the event log is back: %s", unavailableReason);
      throw new UnavailableException("no change can be committed: " + unavailableReason);
    }
  }

  /**
   * Applies what another run, another scheduler, or a write of unknown fate, left in the log. What
   * was applied is taken from the queue: a record that cannot be applied stays at its head, and so
   * does all after it.
   */
  void replay(Queue<LogRecord> records) {
    for (LogRecord record = records.peek(); record != null; record = records.peek()) {
      if (record.isSnapshotPart()) {
        replaySnapshot(record);
      } else {
        replayEvent(record);
      }
      records.remove();
    }
  }

  private void replayEvent(LogRecord record) {
    if (record.revision() != state.revision() + 1) {
      throw new IllegalStateException(
          "event log jumps from revision "
              + state.revision()
              + " to "
              + record.revision()
              + "\nMaybe two schedulers wrote to one topic, or records were deleted.");
    }
    Event event = record.event(this::model);
    state.apply(event, record.timeMillis());
    traces.note(event, record.traceParent());
    snapshots.event(record);
  }

  /** A snapshot of what was read already is passed over. */
  private void replaySnapshot(LogRecord record) {
    if (record.isSnapshotHead()) {
      unfinishedSnapshot.clear();
      skipsSnapshot = record.revision() <= state.revision();
      snapshots.begun();
    }
    snapshots.part(record);
    if (skipsSnapshot) {
      return;
    }
    unfinishedSnapshot.add(record.part());
    if (record.isSnapshotEnd()) {
      state.restore(unfinishedSnapshot);
      unfinishedSnapshot.clear();
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

  /** Writes a snapshot when enough was written since the last one. */
  void snapshotIfDue() {
    if (!snapshots.isDue() || !isAvailable()) {
      return;
    }
    long now = clock.millis();
    List<LogRecord> records =
        state.snapshot().stream().map(part -> LogRecord.of(part, state.revision(), now)).toList();
    append(records);
    snapshots.begun();
    records.forEach(snapshots::part);
    LOG.infof(
        "snapshot of revision %d: %d records, %d bytes",
        state.revision(), records.size(), snapshots.bytes());
    trimmer.execute(this::trim);
  }

  private void trim() {
    try {
      log.trim();
    } catch (LogUnavailableException e) {
      LOG.warnf("%s; tried again after the next snapshot", e.getMessage());
    }
  }

  /** Another scheduler's records were read. */
  void followed(boolean isCaughtUp) {
    caughtUp = isCaughtUp;
    brokerIsAway = false;
    unavailableReason = isCaughtUp ? "no scheduler leads yet" : "the event log is being read";
  }

  /**
   * The log was opened and read: says so in the log itself. That first write shows that the log can
   * be written, and tells the others who leads; it is left out when the log names this process
   * last.
   *
   * @throws UnavailableException when it cannot be written
   */
  void lead() {
    if (term == 0 || state.leader().map(LeaderEntry::term).orElse(0L) != term) {
      decide(new Command.Lead(address), "");
      term = state.leader().map(LeaderEntry::term).orElse(0L);
    }
    open = true;
    brokerIsAway = false;
    unavailableReason = "";
  }

  void unavailable(String reason) {
    open = false;
    brokerIsAway = true;
    unavailableReason = reason;
  }

  @Override
  public void close() {
    writer.shutdownNow();
    trimmer.shutdownNow();
  }
}
