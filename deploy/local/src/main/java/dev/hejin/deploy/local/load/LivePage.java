package dev.hejin.deploy.local.load;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/** A report as one page that needs no network: the curve of each method, then the figures. */
final class LivePage {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 260;
  private static final int LEFT = 64;
  private static final int BOTTOM = 34;
  private static final int TOP = 12;
  private static final int RIGHT = 16;

  /** Beyond the style of every page. */
  private static final String STYLE =
      """
      :root{--warm:#b4541a}@media(prefers-color-scheme:dark){:root{--warm:#f0a06a}}
      b{color:var(--text)}svg{width:100%;height:auto}text{fill:var(--quiet);font-size:12px}
      .grid{stroke:var(--line)}polyline{fill:none;stroke-width:2}
      .p50{stroke:var(--mark)}.p99{stroke:var(--warm)}.p50t{fill:var(--mark)}.p99t{fill:var(--warm)}
      td,th{white-space:nowrap}pre{white-space:pre-wrap;font-size:.82rem}
      """;

  private LivePage() {}

  static String of(LiveReport report) {
    HtmlPage page =
        new HtmlPage("Hejin: load of the control plane", "Load of the control plane", STYLE);
    page.markup("<p><b>" + escaped(report.verdict()) + "</b></p>");
    page.paragraph(
        "Nodes and devices are simulated; scheduler and Kafka are real. A call's time counts from"
            + " the moment at which it was due.");
    TreeSet<String> methods = new TreeSet<>();
    report.steps().forEach(step -> methods.addAll(step.methods().keySet()));
    for (String method : methods) {
      page.heading(method).markup(chart(report.steps(), method));
    }
    page.heading("Figures").markup("<div class=\"scroll\">" + table(report) + "</div>");
    page.heading("Notes").markup("<ul>");
    report.steps().stream()
        .flatMap(
            step ->
                Knee.caveats(step).stream()
                    .map(note -> number(step.callsPerSecond()) + " calls/s: " + note))
        .forEach(note -> page.markup("<li>" + escaped(note) + "</li>"));
    page.markup("</ul>").heading("Settings").markup("<pre>");
    report.settings().forEach((k, v) -> page.markup(escaped(k + ": " + v) + "\n"));
    return page.markup("</pre>").text();
  }

  private static String chart(List<LiveStep> steps, String method) {
    List<LiveStep> seen =
        steps.stream()
            .filter(step -> step.methods().containsKey(method) && answered(step, method) > 0)
            .toList();
    if (seen.size() < 2) {
      return "<p>Answered at fewer than two rates: see the figures.</p>";
    }
    Axis x =
        Axis.over(
            seen.stream().mapToDouble(LiveStep::callsPerSecond).toArray(), LEFT, WIDTH - RIGHT);
    double[] times =
        seen.stream()
            .map(step -> step.methods().get(method))
            .flatMapToDouble(
                m ->
                    m == null
                        ? DoubleStream.empty()
                        : DoubleStream.of(m.p50Millis(), m.p99Millis()))
            .toArray();
    Axis y = Axis.over(times, HEIGHT - BOTTOM, TOP);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"time of %s by rate\">",
            WIDTH,
            HEIGHT,
            escaped(method)));
    axes(svg, seen, x, y);
    line(svg, "p50", seen, method, x, y);
    line(svg, "p99", seen, method, x, y);
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"p99t\" x=\"%d\" y=\"%d\">p99</text>"
                + "<text class=\"p50t\" x=\"%d\" y=\"%d\">median</text>"
                + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">calls/s of all methods</text></svg>",
            LEFT + 8,
            TOP + 10,
            LEFT + 44,
            TOP + 10,
            WIDTH - RIGHT,
            HEIGHT - 2));
    return svg.toString();
  }

  private static void axes(StringBuilder svg, List<LiveStep> seen, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s ms</text>",
              LEFT,
              WIDTH - RIGHT,
              y.at(tick),
              y.at(tick),
              LEFT - 6,
              y.at(tick) + 4,
              number(tick)));
    }
    for (LiveStep step : seen) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              x.at(step.callsPerSecond()),
              HEIGHT - BOTTOM + 18,
              number(step.callsPerSecond())));
    }
  }

  private static long answered(LiveStep step, String method) {
    LiveStep.Method of = step.methods().get(method);
    return of == null ? 0 : of.answered();
  }

  private static void line(
      StringBuilder svg, String kind, List<LiveStep> seen, String method, Axis x, Axis y) {
    svg.append("<polyline class=\"").append(kind).append("\" points=\"");
    for (LiveStep step : seen) {
      LiveStep.Method of = step.methods().get(method);
      if (of != null) {
        double millis = kind.equals("p50") ? of.p50Millis() : of.p99Millis();
        svg.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", x.at(step.callsPerSecond()), y.at(millis)));
      }
    }
    svg.append("\"/>");
  }

  private static String table(LiveReport report) {
    StringBuilder table = new StringBuilder();
    table.append(
        "<table><tr><th>method</th><th>calls/s</th><th>median ms</th><th>p99 ms</th>"
            + "<th>max ms</th><th>answered</th><th>refused</th><th>failed</th></tr>");
    for (LiveStep step : report.steps()) {
      for (Map.Entry<String, LiveStep.Method> each : step.methods().entrySet()) {
        LiveStep.Method m = each.getValue();
        table.append(
            String.format(
                Locale.ROOT,
                "<tr><td>%s</td><td>%s</td><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%d</td>"
                    + "<td>%d</td><td>%d</td></tr>",
                escaped(each.getKey()),
                number(step.callsPerSecond()),
                m.p50Millis(),
                m.p99Millis(),
                m.mostMillis(),
                m.answered(),
                m.refused(),
                m.failed()));
      }
    }
    return table.append("</table>").toString();
  }

  private static String number(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  /** A logarithmic axis. */
  private record Axis(double least, double most, double from, double to) {
    static Axis over(double[] values, double from, double to) {
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (double value : values) {
        least = Math.min(least, Math.max(value, 0.01));
        most = Math.max(most, value);
      }
      return new Axis(least / 1.15, Math.max(most, least * 1.5) * 1.15, from, to);
    }

    double at(double value) {
      double part = Math.log(Math.max(value, least) / least) / Math.log(most / least);
      return from + part * (to - from);
    }

    /** Powers of ten with their halves and fifths that lie on it. */
    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (double power = 0.01; power <= most; power *= 10) {
        for (double factor : new double[] {1, 2, 5}) {
          double tick = power * factor;
          if (tick >= least && tick <= most) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }
}
