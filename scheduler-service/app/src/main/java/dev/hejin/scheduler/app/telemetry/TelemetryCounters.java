package dev.hejin.scheduler.app.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** What became of telemetry since the process started. */
public final class TelemetryCounters {
  private static final LongAdder SAMPLES = new LongAdder();
  private static final LongAdder LATE = new LongAdder();
  private static final LongAdder DUPLICATES = new LongAdder();
  private static final LongAdder OVERFLOWS = new LongAdder();

  private TelemetryCounters() {}

  static void aggregated() {
    SAMPLES.increment();
  }

  static void late() {
    LATE.increment();
  }

  static void duplicate() {
    DUPLICATES.increment();
  }

  /** Counts what was dropped because there was too much of it. */
  public static void overflow(long count) {
    OVERFLOWS.add(count);
  }

  /** Samples that are part of a window. */
  public static long samples() {
    return SAMPLES.sum();
  }

  /** Records that came when their window was closed. */
  public static long lateRecords() {
    return LATE.sum();
  }

  /** Samples that were there already. */
  public static long duplicates() {
    return DUPLICATES.sum();
  }

  /** Samples and windows dropped because there were more than the scheduler keeps at a time. */
  public static long overflows() {
    return OVERFLOWS.sum();
  }
}
