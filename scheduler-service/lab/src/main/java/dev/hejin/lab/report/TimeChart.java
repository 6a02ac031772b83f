package dev.hejin.lab.report;

import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.TrialResult.Series;
import dev.hejin.lab.trial.TrialResult.WorldEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A figure over simulated time in the first replication: a line for each arm, what happens in the
 * world as lines across, and below a row of ticks for each arm where it changed its plan.
 */
final class TimeChart {
  private static final double LEFT = 44;
  private static final double TOP = 8;
  private static final double HEIGHT = 130;
  private static final double TICK_ROW = 7;
  private static final int MOST_POINTS = 240;

  private final Outcome outcome;
  private final List<Integer> arms;
  private final String name;
  private double end = 1;
  private double most;

  private TimeChart(Outcome outcome, List<Integer> arms, String name) {
    this.outcome = outcome;
    this.arms = arms;
    this.name = name;
  }

  /** Names of all series, in the order in which arms first have them. */
  static List<String> names(Outcome outcome, List<Integer> arms) {
    List<String> names = new ArrayList<>();
    for (int arm : arms) {
      for (Series series : first(outcome, arm).map(TrialResult::series).orElse(List.of())) {
        if (!names.contains(series.name())) {
          names.add(series.name());
        }
      }
    }
    return names;
  }

  static String of(Outcome outcome, List<Integer> arms, String name) {
    return new TimeChart(outcome, arms, name).draw();
  }

  static Optional<TrialResult> first(Outcome outcome, int arm) {
    return outcome.result(arm, 0).filter(TrialResult::succeeded);
  }

  private Optional<Series> series(int arm) {
    return first(outcome, arm).stream()
        .flatMap(result -> result.series().stream())
        .filter(series -> series.name().equals(name))
        .findFirst();
  }

  private String draw() {
    String unit = "";
    for (int arm : arms) {
      Optional<Series> series = series(arm);
      if (series.isPresent() && !series.get().seconds().isEmpty()) {
        end = Math.max(end, series.get().seconds().getLast());
        for (double value : series.get().values()) {
          most = Math.max(most, Double.isFinite(value) ? value : 0);
        }
        unit = series.get().unit();
      }
    }
    most = most > 0 ? most : 1;
    Svg svg =
        new Svg(
            name + (unit.isEmpty() ? "" : ", " + unit) + " over simulated time",
            "Replication 1 of each variant, from 0 to "
                + Numbers.seconds(end)
                + ", at most "
                + Numbers.text(most)
                + ".");
    axes(svg);
    worldEvents(svg);
    double row = TOP + HEIGHT + 20;
    for (int arm : arms) {
      Optional<Series> series = series(arm);
      if (series.isPresent()) {
        svg.path("l s" + BarChart.colour(outcome, arm), path(series.get()));
      }
      ticks(svg, arm, row);
      row += TICK_ROW;
    }
    svg.text("t q", 0, TOP + HEIGHT + 26, "plans");
    return svg.close(Math.max(row, TOP + HEIGHT + 32));
  }

  private void axes(Svg svg) {
    svg.line("a", LEFT, TOP + HEIGHT, Svg.WIDTH, TOP + HEIGHT);
    svg.line("g", LEFT, TOP, Svg.WIDTH, TOP);
    svg.line("g", LEFT, TOP + HEIGHT / 2, Svg.WIDTH, TOP + HEIGHT / 2);
    svg.textBefore("t q", LEFT - 4, TOP + 5, Numbers.text(most));
    svg.textBefore("t q", LEFT - 4, TOP + HEIGHT / 2 + 4, Numbers.text(most / 2));
    svg.textBefore("t q", LEFT - 4, TOP + HEIGHT, "0");
    svg.text("t q", LEFT, TOP + HEIGHT + 13, "0");
    svg.textBefore("t q", Svg.WIDTH, TOP + HEIGHT + 13, Numbers.seconds(end));
  }

  private double x(double seconds) {
    return LEFT + Math.clamp(seconds / end, 0, 1) * (Svg.WIDTH - LEFT);
  }

  /** Faults and the like come to every arm alike, so each moment is drawn once. */
  private void worldEvents(Svg svg) {
    TreeSet<Double> faults = new TreeSet<>();
    TreeSet<Double> others = new TreeSet<>();
    for (int arm : arms) {
      for (WorldEvent event : first(outcome, arm).map(TrialResult::events).orElse(List.of())) {
        if (event.kind().equals("fault")) {
          faults.add(event.seconds());
        } else if (!isPlan(event)) {
          others.add(event.seconds());
        }
      }
    }
    others.forEach(s -> svg.line("e", x(s), TOP, x(s), TOP + HEIGHT));
    faults.forEach(s -> svg.line("e fault", x(s), TOP, x(s), TOP + HEIGHT));
  }

  static boolean isPlan(WorldEvent event) {
    return event.kind().equals("plan") || event.kind().equals("migration");
  }

  private void ticks(Svg svg, int arm, double row) {
    for (WorldEvent event : first(outcome, arm).map(TrialResult::events).orElse(List.of())) {
      if (isPlan(event)) {
        svg.box("f c" + BarChart.colour(outcome, arm), x(event.seconds()) - 1, row - 3, 2.5, 6);
      }
    }
  }

  /** At most {@link #MOST_POINTS} points, each the mean of a stretch. */
  private String path(Series series) {
    int size = series.values().size();
    int stride = Math.max(1, (size + MOST_POINTS - 1) / MOST_POINTS);
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int from = 0; from < size; from += stride) {
      int to = Math.min(size, from + stride);
      double value =
          series.values().subList(from, to).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElse(Double.NaN);
      if (!Double.isFinite(value)) {
        pen = false;
        continue;
      }
      double seconds = (series.seconds().get(from) + series.seconds().get(to - 1)) / 2;
      path.append(pen ? 'L' : 'M')
          .append(Svg.n(x(seconds)))
          .append(' ')
          .append(Svg.n(TOP + HEIGHT * (1 - Math.max(0, value) / most)));
      pen = true;
    }
    return path.toString();
  }
}
