package dev.hejin.lab.comparison;

import dev.hejin.lab.statistics.Difference;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.Locale;

/** What a difference says. */
public enum Verdict {
  BETTER,
  WORSE,
  /** The same in every replication. */
  EQUAL,
  NOT_TOLD_APART,
  /** Fewer than two replications that both sides finished. */
  UNKNOWN;

  /** Above this p a difference may be chance. */
  public static final double LEVEL = 1 - Interval.LEVEL;

  private static final double SMALLEST_SHOWN = 0.001;

  /** A difference of more times the reference is told in the measure's unit. */
  private static final double MOST_TIMES = 10;

  /** The verdict on a difference of values against reference, by its adjusted p. */
  public static Verdict of(Measure measure, Difference difference, double adjustedP) {
    if (Double.isNaN(adjustedP)) {
      return UNKNOWN;
    }
    Interval interval = difference.interval();
    if (interval.mean() == 0 && interval.low() == 0 && interval.high() == 0) {
      return EQUAL;
    }
    if (adjustedP >= LEVEL) {
      return NOT_TOLD_APART;
    }
    return interval.mean() > 0 == measure.moreIsBetter() ? BETTER : WORSE;
  }

  /** In words for people, with interval and p. */
  public String text(Measure measure, Difference difference, double adjustedP) {
    return switch (this) {
      case BETTER -> "better by " + size(measure, difference) + ", " + p(adjustedP);
      case WORSE -> "worse by " + size(measure, difference) + ", " + p(adjustedP);
      case EQUAL -> "the same in every replication";
      case NOT_TOLD_APART -> "not told apart: " + signed(measure, difference) + ", " + p(adjustedP);
      case UNKNOWN -> "not known: fewer than two replications to compare";
    };
  }

  private String size(Measure measure, Difference difference) {
    Interval way = difference.interval().mean() < 0 ? negative(difference) : shown(difference);
    return text(measure, difference, way, "%.1f");
  }

  private static String signed(Measure measure, Difference difference) {
    return text(measure, difference, shown(difference), "%+.1f");
  }

  private static Interval shown(Difference difference) {
    return isRelative(difference) ? difference.relative().times(100) : difference.interval();
  }

  private static Interval negative(Difference difference) {
    return shown(difference).times(-1);
  }

  /** Percent of next to nothing says nothing. */
  private static boolean isRelative(Difference difference) {
    return difference.reference() != 0
        && Math.abs(difference.interval().mean()) <= MOST_TIMES * Math.abs(difference.reference());
  }

  /** Percent of the reference where that is not next to zero, else the measure's own unit. */
  private static String text(
      Measure measure, Difference difference, Interval interval, String format) {
    String unit = isRelative(difference) ? "%" : measure.unit();
    String all = format + " " + unit.replace("%", "%%");
    return String.format(
        Locale.ROOT,
        all.strip() + " [" + format + ", " + format + "]",
        interval.mean(),
        interval.low(),
        interval.high());
  }

  /** A p for people. */
  public static String p(double p) {
    return p < SMALLEST_SHOWN ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", p);
  }
}
