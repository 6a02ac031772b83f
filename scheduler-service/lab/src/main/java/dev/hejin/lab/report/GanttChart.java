package dev.hejin.lab.report;

import dev.hejin.lab.trial.TrialResult.StageSpan;
import java.util.List;
import java.util.Locale;

/** What each pipeline stage did in a typical stretch: a row a stage, a bar a piece of work. */
final class GanttChart {
  private static final double ROW = 34;
  private static final double BAR = 15;
  private static final int NAME_LETTERS = 48;
  private static final double NUMBER_WIDTH = 14;
  private static final int MOST_BARS = 24;

  private GanttChart() {}

  static String of(String title, List<StageSpan> all) {
    List<StageSpan> spans = beginning(all);
    double start = spans.stream().mapToDouble(StageSpan::startSeconds).min().orElse(0);
    double end = spans.stream().mapToDouble(StageSpan::endSeconds).max().orElse(1);
    double scale = Svg.WIDTH / Math.max(1e-9, end - start);
    List<String> stages = spans.stream().map(StageSpan::stage).distinct().toList();
    List<String> parts = spans.stream().map(StageSpan::part).distinct().toList();
    Svg svg =
        new Svg(
            title,
            stages.size() + " stages over " + millis(end - start) + "; numbers are microbatches.");
    for (int row = 0; row < stages.size(); row++) {
      String stage = stages.get(row);
      svg.text("t", 0, row * ROW + 12, Svg.cut(stage, NAME_LETTERS));
      double y = row * ROW + 16;
      svg.box("track", 0, y, Svg.WIDTH, BAR);
      for (StageSpan span : spans) {
        if (span.stage().equals(stage)) {
          span(
              svg,
              span,
              parts.indexOf(span.part()),
              (span.startSeconds() - start) * scale,
              y,
              (span.endSeconds() - span.startSeconds()) * scale);
        }
      }
    }
    double bottom = stages.size() * ROW + 14;
    svg.text("t q", 0, bottom, Numbers.text(start) + " s");
    svg.textBefore("t q", Svg.WIDTH, bottom, "+" + millis(end - start));
    double x = 0;
    for (String part : parts) {
      svg.box("p" + part(part, parts.indexOf(part)), x, bottom + 8, 10, 10);
      svg.text("t", x + 14, bottom + 17, part);
      x += 24 + 7 * part.length();
    }
    return svg.close(bottom + 22);
  }

  /** As much as can be told apart: what began before the first stage is done with its last bar. */
  private static List<StageSpan> beginning(List<StageSpan> all) {
    String stage = all.getFirst().stage();
    List<Double> ends =
        all.stream()
            .filter(span -> span.stage().equals(stage))
            .map(StageSpan::endSeconds)
            .sorted()
            .toList();
    double end = ends.get(Math.min(ends.size(), MOST_BARS) - 1);
    return all.stream().filter(span -> span.startSeconds() < end).toList();
  }

  private static void span(Svg svg, StageSpan span, int index, double x, double y, double width) {
    svg.box("p" + part(span.part(), index), x, y, width, BAR);
    if (width >= NUMBER_WIDTH && span.part().equals("compute")) {
      svg.text("t on mid", x + width / 2, y + 11.5, String.valueOf(span.microbatch()));
    }
  }

  /** Known parts keep their colour whatever comes first. */
  private static String part(String part, int index) {
    return switch (part) {
      case "compute" -> "c";
      case "transfer" -> "t";
      case "wait" -> "w";
      default -> String.valueOf(index % 4);
    };
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.1f ms", seconds * 1000);
  }
}
