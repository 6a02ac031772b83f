package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SchedulerConfig;

/** When the next snapshot of the state is due: after so many events, or so many bytes of them. */
final class SnapshotSchedule {
  private final SchedulerConfig.Log settings;
  private long events;
  private long eventBytes;
  private long snapshotBytes;

  SnapshotSchedule(SchedulerConfig.Log settings) {
    this.settings = settings;
  }

  /** An event came after the last snapshot. */
  void event(LogRecord record) {
    events++;
    eventBytes += record.sizeBytes();
  }

  /** A snapshot begins. */
  void begun() {
    events = 0;
    eventBytes = 0;
    snapshotBytes = 0;
  }

  /** A part of the snapshot that has begun. */
  void part(LogRecord record) {
    snapshotBytes += record.sizeBytes();
  }

  /** Size of the last snapshot. */
  long bytes() {
    return snapshotBytes;
  }

  /** A large state is written again only when the events since outweigh it. */
  boolean isDue() {
    return events >= settings.snapshotEvents()
        || eventBytes >= Math.max(settings.snapshotBytes(), snapshotBytes);
  }
}
