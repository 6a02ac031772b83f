package dev.hejin.lab.report;

import dev.hejin.lab.advisor.Advice;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.List;

/**
 * What each change brings: a bar from zero for the mean, a whisker for the interval. Zero stands
 * where losses leave room for it; a whisker that leaves the chart is cut there.
 */
final class GainChart {
  private static final double ROW = 32;
  private static final int NAME_LETTERS = 44;

  /** A whisker may be so many times as long as the longest bar. */
  private static final double ROOM = 2;

  private GainChart() {}

  static String of(List<Advice> advice, Measure measure) {
    double longest =
        advice.stream().mapToDouble(one -> finite(Math.abs(one.gain().mean()))).max().orElse(0);
    double room = ROOM * (longest > 0 ? longest : 1);
    double low = -advice.stream().mapToDouble(one -> -Math.min(0, end(one, -room))).max().orElse(0);
    double high = advice.stream().mapToDouble(one -> Math.max(0, end(one, room))).max().orElse(0);
    double scale = high > low ? Svg.WIDTH / (high - low) : 0;
    String unit = measure.unit().isEmpty() ? "" : ", " + measure.unit();
    Svg svg =
        new Svg(
            "Gain in " + measure.title() + unit,
            "Mean gains with 95 % intervals; the figures are in the table below.");
    double zero = -low * scale;
    for (int i = 0; i < advice.size(); i++) {
      Interval gain = advice.get(i).gain();
      double top = i * ROW;
      svg.text("t", 0, top + 12, Svg.cut(advice.get(i).change().text(), NAME_LETTERS));
      svg.textBefore("t", Svg.WIDTH, top + 12, Numbers.text(gain.mean()));
      double mean = finite(gain.mean()) * scale;
      svg.box(mean < 0 ? "f c4" : "f c0", zero + Math.min(0, mean), top + 16, Math.abs(mean), 10);
      svg.line("a", zero, top + 15, zero, top + 27);
      if (gain.isBounded()) {
        svg.line(
            "w",
            zero + Math.max(low, gain.low()) * scale,
            top + 21,
            zero + Math.min(high, gain.high()) * scale,
            top + 21);
      }
    }
    return svg.close(advice.size() * ROW + 2);
  }

  /** The end of an interval on one side, inside the room. */
  private static double end(Advice advice, double room) {
    Interval gain = advice.gain();
    double end = gain.isBounded() ? (room < 0 ? gain.low() : gain.high()) : finite(gain.mean());
    return Math.clamp(end, -Math.abs(room), Math.abs(room));
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }
}
