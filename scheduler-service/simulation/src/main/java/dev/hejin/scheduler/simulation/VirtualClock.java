package dev.hejin.scheduler.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: runs what was put off, in order. */
public final class VirtualClock {
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingLong(Event::micros).thenComparingLong(Event::number));
  private long nowMicros;
  private long number;

  private record Event(long micros, long number, Runnable work) {}

  public long nowMicros() {
    return nowMicros;
  }

  /** Runs {@code work} later; what is due at the same time runs in the order of these calls. */
  public void after(long micros, Runnable work) {
    queue.add(new Event(nowMicros + Math.max(0, micros), number++, work));
  }

  /** Runs the next event; false when there is none. */
  public boolean step() {
    Event event = queue.poll();
    if (event == null) {
      return false;
    }
    nowMicros = event.micros();
    event.work().run();
    return true;
  }
}
