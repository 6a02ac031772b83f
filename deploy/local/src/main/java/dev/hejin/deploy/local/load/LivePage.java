package dev.hejin.deploy.local.load;

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

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c1f23;--soft:#6a7178;--line:#d8dce0;--a:#0b62a8;--b:#b4541a}
      @media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--soft:#98a0a8;--line:#3a4046;--a:#6cb2ee;--b:#f0a06a}}
      body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);max-width:800px;margin:24px auto;padding:0 16px}
      h1{font-size:20px}h2{font-size:16px;margin-top:28px}svg{width:100%;height:auto}
      text{fill:var(--soft);font-size:12px}.grid{stroke:var(--line)}.p99{stroke:var(--b)}.p50{stroke:var(--a)}
      polyline{fill:none;stroke-width:2}.p50 text,.p50t{fill:var(--a)}.p99t{fill:var(--b)}
      .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13px}
      td,th{padding:3px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
      td:first-child,th:first-child{text-align:left}pre{white-space:pre-wrap;font-size:12px}
      """;

  private LivePage() {}

  static String of(LiveReport report) {
    StringBuilder page = new StringBuilder(20_000);
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        .append("<title>Hejin: load of the control plane</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Load of the control plane</h1><p><b>")
        .append(escaped(report.verdict()))
        .append("</b></p><p>Nodes and devices are simulated; scheduler and Kafka are real. ")
        .append("A call's time counts from the moment at which it was due.</p>");
    TreeSet<String> methods = new TreeSet<>();
    report.steps().forEach(step -> methods.addAll(step.methods().keySet()));
    for (String method : methods) {
      page.append("<h2>").append(escaped(method)).append("</h2>");
      page.append(chart(report.steps(), method));
    }
    page.append("<h2>Figures</h2><div class=\"scroll\">");
    table(report, page);
    page.append("</div><h2>Notes</h2><ul>");
    report.steps().stream()
        .flatMap(
            step ->
                Knee.caveats(step).stream()
                    .map(note -> number(step.callsPerSecond()) + " calls/s: " + note))
        .forEach(note -> page.append("<li>").append(escaped(note)).append("</li>"));
    page.append("</ul><h2>Settings</h2><pre>");
    report.settings().forEach((k, v) -> page.append(escaped(k + ": " + v)).append('\n'));
    return page.append("</pre></body></html>\n").toString();
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

  private static void table(LiveReport report, StringBuilder page) {
    page.append(
        "<table><tr><th>method</th><th>calls/s</th><th>median ms</th><th>p99 ms</th>"
            + "<th>max ms</th><th>answered</th><th>refused</th><th>failed</th></tr>");
    for (LiveStep step : report.steps()) {
      for (Map.Entry<String, LiveStep.Method> each : step.methods().entrySet()) {
        LiveStep.Method m = each.getValue();
        page.append(
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
    page.append("</table>");
  }

  private static String number(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
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
