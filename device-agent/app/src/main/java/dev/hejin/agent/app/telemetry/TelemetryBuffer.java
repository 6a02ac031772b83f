package dev.hejin.agent.app.telemetry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Records on their way to the broker. When it is full the oldest goes, its samples counted. */
final class TelemetryBuffer {
  private final int capacity;
  private final ArrayDeque<TelemetryRecord> records = new ArrayDeque<>();
  private long dropped;

  TelemetryBuffer(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "capacity is " + capacity + ", not at least 1\nMaybe hejin.telemetry.buffer-records");
    }
    this.capacity = capacity;
  }

  /** Never waits. */
  synchronized void add(TelemetryRecord record) {
    if (records.size() == capacity) {
      dropped += records.removeFirst().samples();
    }
    records.addLast(record);
    notifyAll();
  }

  /** The oldest records, at least one: waits for it. */
  synchronized List<TelemetryRecord> take(int most) throws InterruptedException {
    while (records.isEmpty()) {
      wait();
    }
    List<TelemetryRecord> taken = new ArrayList<>(Math.min(most, records.size()));
    while (!records.isEmpty() && taken.size() < most) {
      taken.add(records.removeFirst());
    }
    return taken;
  }

  /** Counts samples that were lost after they were taken. */
  synchronized void countDropped(long lost) {
    dropped += lost;
  }

  synchronized long dropped() {
    return dropped;
  }
}
