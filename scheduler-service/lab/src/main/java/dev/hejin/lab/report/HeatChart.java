package dev.hejin.lab.report;

import dev.hejin.lab.trial.TrialResult.HeatMap;
import java.util.List;
import java.util.Locale;

/**
 * Load of devices by layer. A device above its layer's mean is what the others wait for: warm
 * colours; one below it idles: cold ones. Rows that would be thinner than {@link #THINNEST} are
 * drawn together, each as the highest load of its devices.
 */
final class HeatChart {
  private static final double LEFT = 78;
  private static final double HEIGHT = 260;
  private static final double THINNEST = 2;
  private static final double THICKEST = 14;
  private static final int LABEL_LETTERS = 13;
  private static final double LABEL_HEIGHT = 13;

  /** Upper ends of the classes of colour; what is above all of them is the last class. */
  private static final double[] STEPS = {0.5, 0.7, 0.85, 0.95, 1.05, 1.15, 1.3, 1.5};

  /** The number of the last class of colour. */
  static final int CLASSES = STEPS.length;

  private HeatChart() {}

  static String of(String title, HeatMap heat) {
    int rows = heat.rows().size();
    int columns = heat.columns().size();
    int together = Math.max(1, (int) Math.ceil(rows * THINNEST / HEIGHT));
    int drawn = (rows + together - 1) / together;
    double height = Math.min(THICKEST, HEIGHT / Math.max(1, drawn));
    double width = (Svg.WIDTH - LEFT) / Math.max(1, columns);
    Svg svg =
        new Svg(
            title,
            rows
                + " devices by "
                + columns
                + " layers; highest load "
                + highest(heat)
                + " times its layer's mean.");
    StringBuilder[] paths = new StringBuilder[STEPS.length + 1];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = new StringBuilder();
    }
    double labelled = -LABEL_HEIGHT;
    for (int row = 0; row < drawn; row++) {
      double y = row * height;
      int end = Math.min(rows, (row + 1) * together);
      cells(heat, row * together, end, paths, y, width, height);
      if (y - labelled >= LABEL_HEIGHT) {
        svg.text("t q", 0, y + 10, Svg.cut(heat.rows().get(row * together), LABEL_LETTERS));
        labelled = y;
      }
    }
    for (int i = 0; i < paths.length; i++) {
      if (!paths[i].isEmpty()) {
        svg.path("h" + i, paths[i]);
      }
    }
    double bottom = Math.max(drawn * height, LABEL_HEIGHT) + 14;
    if (columns > 0) {
      svg.text("t q", LEFT, bottom, Svg.cut(heat.columns().getFirst(), LABEL_LETTERS));
      svg.textBefore("t q", Svg.WIDTH, bottom, Svg.cut(heat.columns().getLast(), LABEL_LETTERS));
    }
    return svg.close(legend(svg, bottom + 8) + 4);
  }

  private static void cells(
      HeatMap heat,
      int from,
      int to,
      StringBuilder[] paths,
      double y,
      double width,
      double height) {
    for (int column = 0; column < heat.columns().size(); column++) {
      double load = Double.NaN;
      for (int row = from; row < to; row++) {
        List<Double> values = heat.values().get(row);
        double value = column < values.size() ? values.get(column) : Double.NaN;
        load = Double.isNaN(load) || value > load ? value : load;
      }
      if (!Double.isNaN(load)) {
        paths[step(load)]
            .append('M')
            .append(Svg.n(LEFT + column * width))
            .append(' ')
            .append(Svg.n(y))
            .append('h')
            .append(Svg.n(width + 0.1))
            .append('v')
            .append(Svg.n(height + 0.1))
            .append('h')
            .append(Svg.n(-width - 0.1))
            .append('z');
      }
    }
  }

  private static int step(double load) {
    int step = 0;
    while (step < STEPS.length && load > STEPS[step]) {
      step++;
    }
    return step;
  }

  private static double legend(Svg svg, double y) {
    double width = (Svg.WIDTH - LEFT) / (STEPS.length + 1);
    for (int i = 0; i <= STEPS.length; i++) {
      svg.box("h" + i, LEFT + i * width, y, width, 8);
    }
    svg.text("t q", 0, y + 9, "load / mean");
    for (int i = 0; i < STEPS.length; i += 1) {
      String text = String.valueOf(STEPS[i]);
      svg.text("t q mid", LEFT + (i + 1) * width, y + 20, text);
    }
    return y + 22;
  }

  private static String highest(HeatMap heat) {
    double highest =
        heat.values().stream()
            .flatMap(List::stream)
            .filter(value -> !value.isNaN())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(Double.NaN);
    return Double.isNaN(highest) ? "unknown" : String.format(Locale.ROOT, "%.2f", highest);
  }
}
