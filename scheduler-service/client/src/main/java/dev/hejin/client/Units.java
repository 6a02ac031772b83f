package dev.hejin.client;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: three significant digits and a unit. */
public final class Units {
  /** Stands for a figure that nobody knows. */
  public static final String UNKNOWN = "unknown";

  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};
  private static final double KIBI = 1024;
  private static final double KILO = 1000;

  private Units() {}

  /** For example {@code 95.6 GiB}. */
  public static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (digits(value) >= KIBI && unit < BINARY.length - 1) {
      value /= KIBI;
      unit++;
    }
    return number(value) + " " + BINARY[unit];
  }

  /** For example {@code 4.00 TB/s}. */
  public static String bytesPerSecond(double rate) {
    return decimal(rate, "B/s");
  }

  /** For example {@code 148 TFLOPS}. */
  public static String opsPerSecond(double rate) {
    return decimal(rate, "FLOPS");
  }

  /** For example {@code 12,340 tokens/s}. */
  public static String tokensPerSecond(double rate) {
    return count(rate) + " tokens/s";
  }

  /** For example {@code 671 B}: weights are counted in billions. */
  public static String parameters(double parameters) {
    if (parameters >= 1e12) {
      return number(parameters / 1e12) + " T";
    }
    return parameters >= 1e9 ? number(parameters / 1e9) + " B" : number(parameters / 1e6) + " M";
  }

  /** For example {@code 1.23 ms}. */
  public static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return UNKNOWN;
    }
    double size = Math.abs(seconds);
    if (size == 0) {
      return "0 s";
    }
    if (size < 1e-3) {
      return number(seconds * 1e6) + " us";
    }
    if (size < 1) {
      return number(seconds * 1e3) + " ms";
    }
    return size < 120 ? number(seconds) + " s" : number(seconds / 60) + " min";
  }

  /** For example {@code 1.23 s}. */
  public static String duration(Duration duration) {
    return seconds(duration.toNanos() / 1e9);
  }

  /** For example {@code 94.2 %}. */
  public static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", share * 100) : UNKNOWN;
  }

  /** A whole number with thousands separators; small ones keep three digits. */
  public static String count(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    }
    return Math.abs(value) >= 100 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : number(value);
  }

  private static String decimal(double rate, String unit) {
    double value = rate;
    int prefix = 0;
    while (digits(value) >= KILO && prefix < DECIMAL.length - 1) {
      value /= KILO;
      prefix++;
    }
    return number(value) + " " + DECIMAL[prefix] + unit;
  }

  /** What the value becomes when it prints: 999.7 prints as 1000 and belongs to the next unit. */
  private static double digits(double value) {
    return Math.abs(value) >= 100 ? Math.rint(Math.abs(value)) : Math.abs(value);
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return UNKNOWN;
    }
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
