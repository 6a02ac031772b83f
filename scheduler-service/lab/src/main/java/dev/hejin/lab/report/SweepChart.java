package dev.hejin.lab.report;

import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One measure over the points of a sweep: a line for each variant, a whisker for each interval. */
final class SweepChart {
  private static final double LEFT = 44;
  private static final double TOP = 8;
  private static final double HEIGHT = 130;
  private static final int MOST_TICKS = 6;
  private static final double LETTER_WIDTH = 6;

  /** One of a point's {@code path=value}, which commas divide. */
  private static final Pattern ASSIGNMENT = Pattern.compile("([\\w.]+)=([^,]*)");

  private SweepChart() {}

  static String of(Outcome outcome, Measure measure) {
    List<Arm> arms = outcome.plan().arms();
    List<String> points = outcome.plan().points();
    double most =
        IntStream.range(0, arms.size())
            .mapToObj(i -> Interval.of(outcome.values(i, measure)))
            .mapToDouble(i -> i.isBounded() ? i.high() : Double.isNaN(i.mean()) ? 0 : i.mean())
            .max()
            .orElse(0);
    double scale = HEIGHT / (most > 0 ? most : 1);
    String unit = measure.unit().isEmpty() ? "" : ", " + measure.unit();
    Svg svg = new Svg(measure.title() + unit, "Over " + points.size() + " points of the sweep.");
    svg.line("a", LEFT, TOP + HEIGHT, Svg.WIDTH, TOP + HEIGHT);
    svg.line("g", LEFT, TOP, Svg.WIDTH, TOP);
    svg.textBefore("t q", LEFT - 4, TOP + 5, Numbers.text(most));
    svg.textBefore("t q", LEFT - 4, TOP + HEIGHT, "0");
    double step = (Svg.WIDTH - LEFT) / points.size();
    List<String> labels = outcome.plan().labels();
    for (int k = 0; k < labels.size(); k++) {
      StringBuilder path = new StringBuilder();
      for (int i = 0; i < arms.size(); i++) {
        Interval interval = Interval.of(outcome.values(i, measure));
        if (arms.get(i).label().equals(labels.get(k)) && interval.count() > 0) {
          double x = LEFT + (points.indexOf(arms.get(i).point()) + 0.5) * step;
          double y = TOP + HEIGHT - interval.mean() * scale;
          path.append(path.isEmpty() ? 'M' : 'L').append(Svg.n(x)).append(' ').append(Svg.n(y));
          if (interval.isBounded()) {
            svg.line(
                "w",
                x,
                TOP + HEIGHT - Math.max(0, interval.low()) * scale,
                x,
                TOP + HEIGHT - interval.high() * scale);
          }
        }
      }
      svg.path("l s" + k % BarChart.COLOURS, path);
    }
    double y = TOP + HEIGHT + 14;
    int every = Math.ceilDiv(points.size(), MOST_TICKS);
    int letters = (int) (every * step / LETTER_WIDTH);
    for (int i = 0; i < points.size(); i += every) {
      String tick = Svg.cut(values(points.get(i)), Math.max(3, letters));
      svg.text("t q mid", LEFT + (i + 0.5) * step, y, tick);
    }
    return svg.close(y + 5);
  }

  /** What is swept: the paths of a point. */
  static String paths(String point) {
    return ASSIGNMENT.matcher(point).replaceAll("$1");
  }

  /** The values of a point without their paths. */
  private static String values(String point) {
    return ASSIGNMENT.matcher(point).replaceAll("$2");
  }
}
