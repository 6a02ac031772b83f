package dev.hejin.scheduler.simulation;

import java.util.TreeMap;

/**
 * The consumer group that elects: a member that was silent for the session timeout is given up; the
 * log stays with its owner while that one lives.
 */
final class VirtualGroup {
  private final long sessionMicros;
  private final TreeMap<Integer, Long> lastHeard = new TreeMap<>();
  private int owner = -1;

  VirtualGroup(long sessionMicros) {
    this.sessionMicros = sessionMicros;
  }

  /** A sign of life arrives; answers whether the member owns the log. */
  boolean beat(int member, long nowMicros) {
    expire(nowMicros);
    lastHeard.put(member, nowMicros);
    if (owner < 0) {
      owner = member;
    }
    return owner == member;
  }

  private void expire(long nowMicros) {
    lastHeard.values().removeIf(heard -> nowMicros - heard > sessionMicros);
    if (owner >= 0 && !lastHeard.containsKey(owner)) {
      owner = -1;
    }
  }

  void leave(int member) {
    lastHeard.remove(member);
    if (owner == member) {
      owner = -1;
    }
  }
}
