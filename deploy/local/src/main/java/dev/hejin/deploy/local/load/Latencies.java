package dev.hejin.deploy.local.load;

import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;

/** Times in milliseconds, to three digits. */
final class Latencies {
  private static final long MOST_MICROS = 600_000_000;

  private final ConcurrentHistogram micros = new ConcurrentHistogram(MOST_MICROS, 3);

  void addMillis(double millis) {
    micros.recordValue(Math.clamp((long) (millis * 1e3), 0, MOST_MICROS));
  }

  long count() {
    return micros.getTotalCount();
  }

  double percentileMillis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms (n = %d)",
        percentileMillis(50),
        percentileMillis(90),
        percentileMillis(99),
        micros.getMaxValue() / 1e3,
        count());
  }
}
