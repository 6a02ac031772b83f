package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.CommandHandler;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.LeaderEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One scheduler of several, with the rules by which the real one leads and follows. */
final class VirtualReplica {
  private static final int EVENTS_PER_SNAPSHOT = 20;

  final int number;
  final long sessionMicros;
  final long marginMicros;
  private final VirtualLog log;
  ClusterState state = new ClusterState();
  boolean up = true;
  boolean paused;

  /** Tasks that came while it stood still. */
  final List<Runnable> waiting = new ArrayList<>();

  /** Counts starts: what an earlier run was still to do is void. */
  int run;

  private long writer = -1;
  private long term;
  private boolean elected;
  private long leaseEndMicros;
  private long snapshotRevision;

  VirtualReplica(int number, VirtualLog log, long sessionMicros) {
    this.number = number;
    this.log = log;
    this.sessionMicros = sessionMicros;
    this.marginMicros = sessionMicros / 6;
  }

  String address() {
    return "s" + number + ":7171";
  }

  long term() {
    return term;
  }

  void crash() {
    up = false;
    paused = false;
    run++;
    waiting.clear();
    state = new ClusterState();
    writer = -1;
    term = 0;
    elected = false;
    leaseEndMicros = 0;
  }

  /** The group has answered a sign of life that was sent at {@code sentMicros}. */
  void told(boolean owns, long sentMicros) {
    elected = owns;
    if (owns) {
      leaseEndMicros = Math.max(leaseEndMicros, sentMicros + sessionMicros - marginMicros);
    } else {
      writer = -1;
      leaseEndMicros = 0;
    }
  }

  boolean isOpen() {
    return writer >= 0;
  }

  boolean mayAct(long nowMicros) {
    return isOpen() && elected && nowMicros < leaseEndMicros;
  }

  /** Follows the log, or opens it when elected. */
  void step(long nowMicros, long timeMillis) {
    if (isOpen()) {
      return;
    }
    if (!elected || nowMicros >= leaseEndMicros) {
      log.read(state, 7);
      return;
    }
    long opened = log.open();
    log.read(state, Integer.MAX_VALUE);
    Decision lead = CommandHandler.decide(state, new Command.Lead(address()));
    if (lead instanceof Decision.Accepted accepted
        && log.append(opened, accepted.events(), timeMillis)) {
      accepted.events().forEach(event -> state.apply(event, timeMillis));
      writer = opened;
      term = state.leader().map(LeaderEntry::term).orElse(0L);
      snapshotRevision = state.revision();
    }
  }

  /** What became of a command. */
  enum Outcome {
    DONE,
    REFUSED,
    /** Not the leader, or the fate of the write is not known: ask again. */
    UNAVAILABLE
  }

  /** What becomes of a write. */
  enum Fate {
    CONFIRMED,
    /** It happens, but the answer is lost. */
    UNCONFIRMED,
    /** It is under way for long, as when the scheduler stands still in the middle. */
    LATE
  }

  /**
   * @param later gets the write that is under way for long
   */
  Outcome commit(
      Command command,
      String requestId,
      long nowMicros,
      long timeMillis,
      Fate fate,
      Consumer<Runnable> later) {
    if (!mayAct(nowMicros)) {
      return Outcome.UNAVAILABLE;
    }
    switch (CommandHandler.decide(state, command, requestId)) {
      case Decision.Rejected rejected -> {
        return Outcome.REFUSED;
      }
      case Decision.Accepted accepted -> {
        if (!accepted.events().isEmpty()) {
          if (fate == Fate.LATE) {
            long late = writer;
            later.accept(() -> log.append(late, accepted.events(), timeMillis));
            writer = -1;
            return Outcome.UNAVAILABLE;
          }
          boolean written = log.append(writer, accepted.events(), timeMillis);
          if (!written || fate == Fate.UNCONFIRMED) {
            writer = -1;
            return Outcome.UNAVAILABLE;
          }
          accepted.events().forEach(event -> state.apply(event, timeMillis));
          log.check(state);
          snapshotIfDue();
        }
        return Outcome.DONE;
      }
    }
  }

  private void snapshotIfDue() {
    if (state.revision() - snapshotRevision >= EVENTS_PER_SNAPSHOT) {
      if (!log.snapshot(writer, state.snapshot(), state.revision())) {
        writer = -1;
        return;
      }
      snapshotRevision = state.revision();
    }
  }
}
