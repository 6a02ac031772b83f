package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.store.Leadership;
import java.util.TreeMap;

/**
 * A consumer group that gives one partition to one member, as Kafka does: a member of which nothing
 * is heard for the session timeout is given up, and its partition goes to another.
 */
final class VirtualGroup {
  static final long SESSION_MICROS = 6 * VirtualTime.SECOND;
  private static final long MARGIN_MICROS = VirtualTime.SECOND;

  private final VirtualTime time;
  private final TreeMap<Integer, Long> heardMicros = new TreeMap<>();
  private int owner = -1;
  private boolean away;

  VirtualGroup(VirtualTime time) {
    this.time = time;
  }

  /** The broker is away, or back: then every member has its whole session again. */
  void away(boolean away) {
    this.away = away;
    heardMicros.replaceAll((member, heard) -> time.nowMicros());
  }

  boolean isAway() {
    return away;
  }

  /** A sign of life; whether the member has the partition. */
  private boolean beat(int member) {
    heardMicros.put(member, time.nowMicros());
    heardMicros.values().removeIf(heard -> time.nowMicros() - heard > SESSION_MICROS);
    if (!heardMicros.containsKey(owner)) {
      owner = heardMicros.firstKey();
    }
    return owner == member;
  }

  /** What one member knows. */
  final class Member implements Leadership {
    private final int number;
    private boolean elected;
    private boolean joined;
    private long leaseEndMicros;

    Member(int number) {
      this.number = number;
    }

    /** Sends a sign of life on a way that takes its time. */
    void beat(VirtualProcess.Lane lane, long thereMicros, long backMicros) {
      long sent = time.nowMicros();
      time.after(
          thereMicros,
          () -> {
            if (!away) {
              boolean owns = VirtualGroup.this.beat(number);
              time.after(backMicros, () -> lane.execute(() -> told(owns, sent)));
            }
          });
    }

    private void told(boolean owns, long sentMicros) {
      joined = true;
      elected = owns;
      leaseEndMicros =
          owns ? Math.max(leaseEndMicros, sentMicros + SESSION_MICROS - MARGIN_MICROS) : 0;
    }

    @Override
    public void start() {}

    @Override
    public boolean isElected() {
      return elected;
    }

    @Override
    public boolean isJoined() {
      return joined;
    }

    @Override
    public boolean holdsLease() {
      return elected && time.nowMicros() < leaseEndMicros;
    }

    @Override
    public boolean confirm() {
      if (away) {
        return false;
      }
      told(VirtualGroup.this.beat(number), time.nowMicros());
      return elected;
    }
  }
}
