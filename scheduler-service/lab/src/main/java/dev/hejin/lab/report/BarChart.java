package dev.hejin.lab.report;

import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.List;

/** One measure of several arms: a bar from zero for the mean, a whisker for the interval. */
final class BarChart {
  /** Colours that the page's style has. */
  static final int COLOURS = 8;

  private static final double ROW = 32;
  private static final int NAME_LETTERS = 32;

  private BarChart() {}

  static String of(Outcome outcome, Measure measure, List<Integer> arms) {
    List<Interval> intervals = new ArrayList<>();
    double most = 0;
    for (int arm : arms) {
      Interval interval = Interval.of(outcome.values(arm, measure));
      intervals.add(interval);
      most = Math.max(most, finite(interval.isBounded() ? interval.high() : interval.mean()));
    }
    double scale = most > 0 ? Svg.WIDTH / most : 0;
    String unit = measure.unit().isEmpty() ? "" : ", " + measure.unit();
    Svg svg =
        new Svg(
            measure.title()
                + unit
                + (measure.moreIsBetter() ? " (more is better)" : " (less is better)"),
            "Means with 95 % intervals; the figures are in the table below.");
    for (int i = 0; i < arms.size(); i++) {
      bar(svg, outcome, arms.get(i), intervals.get(i), i * ROW, scale);
    }
    return svg.close(arms.size() * ROW + 2);
  }

  private static void bar(
      Svg svg, Outcome outcome, int arm, Interval interval, double top, double scale) {
    String name = Svg.cut(outcome.plan().arms().get(arm).label(), NAME_LETTERS);
    svg.text("t", 0, top + 12, name);
    if (interval.count() == 0) {
      boolean failed = !outcome.failures(arm).isEmpty();
      svg.textBefore(
          failed ? "t fail" : "t q", Svg.WIDTH, top + 12, failed ? "failed" : "no figure");
      return;
    }
    svg.textBefore("t", Svg.WIDTH, top + 12, Numbers.text(interval.mean()));
    double middle = top + 21;
    svg.box("f c" + colour(outcome, arm), 0, top + 16, finite(interval.mean()) * scale, 10);
    if (interval.isBounded()) {
      double low = Math.max(0, interval.low()) * scale;
      double high = Math.max(0, interval.high()) * scale;
      svg.line("w", low, middle, high, middle);
      svg.line("w", low, middle - 4, low, middle + 4);
      svg.line("w", high, middle - 4, high, middle + 4);
    }
  }

  /** The colour of an arm's variant, the same in every chart and at every point. */
  static int colour(Outcome outcome, int arm) {
    List<String> labels = outcome.plan().labels();
    return labels.indexOf(outcome.plan().arms().get(arm).label()) % COLOURS;
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? Math.max(0, value) : 0;
  }
}
