package dev.hejin.scheduler.app.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock that nobody sets: it began with the time of day and counts on from there, so spans of its
 * time are spans of real time. Heartbeats, graces and holds are measured by it. A time of day that
 * is put back by an hour would otherwise keep every lost node online for that hour.
 */
final class SteadyClock extends Clock {
  private final ZoneId zone;
  private final Instant start;
  private final LongSupplier nanos;
  private final long startNanos;

  /** Starts with another clock's time. */
  SteadyClock(Clock dayTime) {
    this(dayTime.getZone(), dayTime.instant(), System::nanoTime);
  }

  private SteadyClock(ZoneId zone, Instant start, LongSupplier nanos) {
    this.zone = zone;
    this.start = start;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new SteadyClock(other, instant(), nanos);
  }

  @Override
  public Instant instant() {
    return start.plusNanos(nanos.getAsLong() - startNanos);
  }
}
