package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.store.LogUnavailableException;
import dev.hejin.scheduler.app.store.RecordLog;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The event log as the broker keeps it, in bytes. Beside it, what a fold over everything ever
 * committed comes to: what every scheduler must come to as well.
 */
final class VirtualRecords {
  /** What becomes of a write. */
  enum Fate {
    CONFIRMED,
    /** Nothing is written, and the writer is told that it is not known. */
    FAILED,
    /** It is written, but the answer is lost. */
    UNCONFIRMED,
    /** It comes to the broker late, if nobody has opened the log by then. */
    LATE
  }

  private final VirtualTime time;
  private final Supplier<Fate> fates;
  private final Supplier<Boolean> isAway;
  private final List<byte[]> log = new ArrayList<>();
  private final ClusterState reference = new ClusterState();
  private final TreeSet<String> answered = new TreeSet<>();
  private final Consumer<Event> onEvent;
  private int begin;
  private int lastSnapshot = -1;
  private int snapshotBefore = -1;
  private int writer;

  /**
   * @param onEvent told of each committed event, after it
   */
  VirtualRecords(
      VirtualTime time, Supplier<Fate> fates, Supplier<Boolean> isAway, Consumer<Event> onEvent) {
    this.time = time;
    this.fates = fates;
    this.isAway = isAway;
    this.onEvent = onEvent;
  }

  /** All that was ever committed, folded. */
  ClusterState reference() {
    return reference;
  }

  /** A process's way to the log. */
  RecordLog handle() {
    return new Handle();
  }

  private void commit(List<byte[]> records) {
    for (byte[] bytes : records) {
      LogRecord record = LogRecord.parse(bytes);
      if (record.isSnapshotHead()) {
        snapshotBefore = lastSnapshot;
        lastSnapshot = log.size();
      }
      log.add(bytes);
      if (!record.isSnapshotPart()) {
        apply(record);
      }
    }
  }

  private void apply(LogRecord record) {
    if (record.revision() != reference.revision() + 1) {
      throw time.broken(
          "revision " + record.revision() + " is written after " + reference.revision());
    }
    Event event = record.event(name -> reference.deployment(name).orElseThrow().spec().model());
    reference.apply(event, record.timeMillis());
    if (event instanceof Event.RequestAnswered answer && !answered.add(answer.requestId())) {
      throw time.broken("request " + answer.requestId() + " was made twice");
    }
    onEvent.accept(event);
  }

  private static LogUnavailableException unavailable(String why) {
    return new LogUnavailableException(why, new IllegalStateException(why));
  }

  private final class Handle implements RecordLog {
    private static final int FEW = 7;

    private int epoch = -1;
    private int next;

    @Override
    public void open(Consumer<LogRecord> reader, Progress progress) throws LogUnavailableException {
      reach();
      epoch = ++writer;
      read(reader, Integer.MAX_VALUE);
    }

    @Override
    public boolean follow(Consumer<LogRecord> reader, Progress progress)
        throws LogUnavailableException {
      reach();
      read(reader, FEW);
      return next == log.size();
    }

    private void reach() throws LogUnavailableException {
      if (isAway.get()) {
        throw unavailable("the broker is away");
      }
    }

    private void read(Consumer<LogRecord> reader, int most) {
      next = Math.max(next, begin);
      for (int n = 0; n < most && next < log.size(); n++, next++) {
        reader.accept(LogRecord.parse(log.get(next)));
      }
    }

    @Override
    public void append(List<LogRecord> records) throws LogUnavailableException {
      int mine = epoch;
      Fate fate = isAway.get() ? Fate.FAILED : fates.get();
      List<byte[]> bytes = records.stream().map(LogRecord::toBytes).toList();
      if (mine != writer) {
        throw unavailable("another scheduler writes to the event log");
      }
      if (fate == Fate.CONFIRMED || fate == Fate.UNCONFIRMED) {
        commit(bytes);
      }
      if (fate == Fate.CONFIRMED) {
        next = log.size();
        return;
      }
      if (fate == Fate.LATE) {
        time.after(
            2 * VirtualTime.SECOND,
            () -> {
              if (mine == writer && !isAway.get()) {
                commit(bytes);
              }
            });
      }
      epoch = -1;
      throw unavailable("the event log did not confirm a write");
    }

    @Override
    public void trim() {
      if (snapshotBefore > begin) {
        for (int i = begin; i < snapshotBefore; i++) {
          log.set(i, new byte[0]);
        }
        begin = snapshotBefore;
      }
    }

    @Override
    public void close() {}
  }
}
