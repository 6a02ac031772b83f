package dev.hejin.scheduler.app.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** Counts telemetry records that are not what their topic promises. */
public final class MalformedRecords {
  private static final LongAdder COUNT = new LongAdder();

  private MalformedRecords() {}

  static void count() {
    COUNT.increment();
  }

  /** Records dropped since the process started. */
  public static long total() {
    return COUNT.sum();
  }
}
