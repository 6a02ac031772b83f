package dev.hejin.lab.report;

import dev.hejin.lab.statistics.Interval;
import java.util.Locale;

/** Figures for people. */
public final class Numbers {
  private Numbers() {}

  /** About four digits. */
  public static String text(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 100 ? "%.1f" : size >= 1 ? "%.2f" : "%.4f";
    return size == 0 ? "0" : String.format(Locale.ROOT, format, value);
  }

  /** Mean and ends. */
  public static String text(Interval interval) {
    return interval.isBounded()
        ? text(interval.mean()) + " [" + text(interval.low()) + ", " + text(interval.high()) + "]"
        : text(interval.mean());
  }

  /** Simulated time. */
  public static String seconds(double seconds) {
    if (seconds >= 7200) {
      return String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
    return seconds >= 600
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.0f s", seconds);
  }
}
