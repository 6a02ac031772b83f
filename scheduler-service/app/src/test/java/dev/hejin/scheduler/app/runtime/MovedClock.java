package dev.hejin.scheduler.app.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A clock that shows what a test wants. */
final class MovedClock extends Clock {
  private final LongSupplier wanted;
  long millis;

  /** Moves when {@link #millis} is set. */
  MovedClock(long millis) {
    this.millis = millis;
    this.wanted = () -> this.millis;
  }

  /** Shows another time. */
  MovedClock(LongSupplier wanted) {
    this.wanted = wanted;
  }

  @Override
  public long millis() {
    return wanted.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
