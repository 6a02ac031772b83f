package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.StatePart;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The event log as the broker keeps it: whoever opens it fences all earlier writers; what is before
 * the last snapshot but one is deleted. Beside it, what a fold over everything ever committed comes
 * to: what every scheduler must come to as well.
 */
final class VirtualLog {
  /** A committed event; its revision is its place. */
  record Entry(long revision, Event event, long timeMillis) {}

  private record Snapshot(long revision, List<StatePart> parts) {}

  private final List<Entry> entries = new ArrayList<>();
  private final ClusterState reference = new ClusterState();
  private final TreeMap<Long, Integer> fingerprints = new TreeMap<>();
  private final TreeMap<String, Long> answered = new TreeMap<>();
  private Snapshot last = new Snapshot(0, List.of());
  private Snapshot before = last;
  private long writer;

  VirtualLog() {
    fingerprints.put(0L, reference.snapshot().hashCode());
  }

  /** Fences all earlier writers; answers the number of the new one. */
  long open() {
    return ++writer;
  }

  boolean isFenced(long number) {
    return number != writer;
  }

  /** Commits all or, for a writer that was fenced, nothing. */
  boolean append(long number, List<Event> events, long timeMillis) {
    if (isFenced(number)) {
      return false;
    }
    for (Event event : events) {
      long revision = reference.revision() + 1;
      entries.add(new Entry(revision, event, timeMillis));
      reference.apply(event, timeMillis);
      fingerprints.put(revision, reference.snapshot().hashCode());
      if (event instanceof Event.RequestAnswered request
          && answered.put(request.requestId(), revision) != null) {
        throw new AssertionError("request " + request.requestId() + " was made twice");
      }
    }
    return true;
  }

  /** Keeps a snapshot and deletes what is before the one before it. */
  boolean snapshot(long number, List<StatePart> parts, long revision) {
    if (isFenced(number)) {
      return false;
    }
    before = last;
    last = new Snapshot(revision, parts);
    return true;
  }

  /** Brings a state up to date, through a snapshot where its place was deleted. */
  void read(ClusterState state, int mostEvents) {
    if (state.revision() < before.revision()) {
      state.restore(before.parts());
    }
    long end = Math.min(entries.size(), state.revision() + mostEvents);
    while (state.revision() < end) {
      Entry entry = entries.get((int) state.revision());
      state.apply(entry.event(), entry.timeMillis());
    }
    check(state);
  }

  /** A state must be what the fold of the log up to its revision is. */
  void check(ClusterState state) {
    Integer wanted = fingerprints.get(state.revision());
    if (wanted == null || wanted != state.snapshot().hashCode()) {
      throw new AssertionError("a scheduler's state differs at revision " + state.revision());
    }
  }

  long revision() {
    return reference.revision();
  }

  /** Revision at which a request was made; null when it never was. */
  @Nullable Long answered(String requestId) {
    return answered.get(requestId);
  }

  ClusterState reference() {
    return reference;
  }
}
