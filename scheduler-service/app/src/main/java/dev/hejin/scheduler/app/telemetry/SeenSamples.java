package dev.hejin.scheduler.app.telemetry;

import com.google.protobuf.Timestamp;
import java.util.Arrays;

/**
 * Samples of one source in one window, so that none counts twice. A sample is known by its sequence
 * and the end of its time: sequences begin anew with the agent. One without a sequence is always
 * new.
 */
final class SeenSamples {
  private static final long NANOS = 1_000_000_000L;

  private final int most;
  private long[] known = new long[8];
  private int size;

  /**
   * @param most further samples are dropped and counted
   */
  SeenSamples(int most) {
    this.most = 2 * most;
  }

  boolean isNew(long sequence, Timestamp end) {
    if (sequence == 0) {
      return true;
    }
    long endNanos = end.getSeconds() * NANOS + end.getNanos();
    for (int i = 0; i < size; i += 2) {
      if (known[i] == sequence && known[i + 1] == endNanos) {
        TelemetryCounters.duplicate();
        return false;
      }
    }
    if (size == most) {
      TelemetryCounters.overflow(1);
      return false;
    }
    if (size == known.length) {
      known = Arrays.copyOf(known, 2 * size);
    }
    known[size++] = sequence;
    known[size++] = endNanos;
    return true;
  }
}
