package dev.hejin.client.calibration;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The validation report: one file without anything to load, for light and dark screens. */
final class HtmlReport {
  private static final int PLOT = 280;
  private static final int MOST_POINTS = 1500;

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--text:#1d2430;--quiet:#5b6573;--line:#d8dde5;--back:#fff;
      --good:#1a7f4b;--bad:#b3261e;--mark:#2f6fde}
      @media (prefers-color-scheme:dark){:root{--text:#e6e9ef;--quiet:#9aa4b2;--line:#353c48;
      --back:#14181f;--good:#5fd08f;--bad:#ff8a80;--mark:#7aa7ff}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);
      max-width:62rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2.2rem}p{color:var(--quiet)}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}
      th:first-child,td:first-child{text-align:left}tr.total td{font-weight:600}
      .good{color:var(--good)}.bad{color:var(--bad)}svg{margin-top:.8rem}
      .scroll{overflow-x:auto}
      """;

  private final StringBuilder html = new StringBuilder();

  /**
   * Writes a report.
   *
   * @param facts lines below the heading: date, source, counts
   * @param tables in order
   * @param published figures beside what the model says
   */
  static String of(
      List<String> facts, List<ReportTable> tables, List<PublishedFigures.Figure> published) {
    HtmlReport report = new HtmlReport();
    report.head(facts);
    tables.forEach(report::table);
    report.published(published);
    report.html.append("</body></html>\n");
    return report.html.toString();
  }

  private void head(List<String> facts) {
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width\">")
        .append("<title>Hejin: the cost model against measurements</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>The cost model against measurements</h1>");
    facts.forEach(fact -> html.append("<p>").append(escaped(fact)).append("</p>"));
    html.append("<p>Every figure is cross-validated: what a row is about was left out whole, and ")
        .append(
            "the parameters were fitted again without it. Error is |predicted / measured - 1|; ")
        .append("bias is its signed median, above 0 where the prediction is too slow. Rank ")
        .append("correlation is Kendall's tau-b within groups of configurations. Regret is how ")
        .append("much slower the configuration with the best prediction is than the best ")
        .append("measured one.</p>");
  }

  private void table(ReportTable table) {
    html.append("<h2>").append(escaped(table.title())).append("</h2>");
    html.append("<div class=\"scroll\"><table><tr><th>")
        .append(escaped(table.key()))
        .append("</th><th>rows</th><th>median error</th><th>90 % below</th><th>bias</th>");
    if (!table.quantity().isEmpty()) {
      html.append("<th>rank correlation</th><th>regret</th>");
    }
    html.append("</tr>");
    for (Map.Entry<String, ErrorStatistics> row : table.rows().entrySet()) {
      row(table, row.getKey(), row.getValue(), false);
    }
    row(table, "all", table.total(), true);
    html.append("</table></div>");
    if (!table.quantity().isEmpty()) {
      html.append("<p>Groups: ").append(escaped(table.quantity())).append(".</p>");
    }
    plot(table.total());
  }

  private void row(ReportTable table, String name, ErrorStatistics errors, boolean total) {
    html.append(total ? "<tr class=\"total\"><td>" : "<tr><td>")
        .append(escaped(name))
        .append("</td><td>")
        .append(String.format(Locale.ROOT, "%,d", errors.count()))
        .append("</td><td class=\"")
        .append(errors.medianError() < 0.2 ? "good" : "bad")
        .append("\">")
        .append(percent(errors.medianError()))
        .append("</td><td>")
        .append(percent(errors.tailError()))
        .append("</td><td>")
        .append(percent(errors.bias()))
        .append("</td>");
    if (!table.quantity().isEmpty()) {
      html.append("<td>")
          .append(number(errors.rankCorrelation()))
          .append("</td><td>")
          .append(percent(errors.regret()))
          .append("</td>");
    }
    html.append("</tr>");
  }

  private void published(List<PublishedFigures.Figure> figures) {
    if (figures.isEmpty()) {
      return;
    }
    html.append(
            "<h2>Published figures, seen while terms were chosen, no parameter fitted to them</h2><div class=\"scroll\"><table>")
        .append("<tr><th>figure</th><th>published</th><th>predicted</th><th>error</th></tr>");
    for (PublishedFigures.Figure figure : figures) {
      boolean known = figure.missing().isEmpty();
      html.append("<tr><td>")
          .append(escaped(figure.id() + ": " + figure.what()))
          .append("</td><td>")
          .append(String.format(Locale.ROOT, "%,.1f", figure.measured()))
          .append("</td><td>")
          .append(known ? String.format(Locale.ROOT, "%,.1f", figure.predicted()) : "-")
          .append("</td><td>")
          .append(
              known
                  ? percent(figure.predicted() / figure.measured() - 1)
                  : escaped("open: " + figure.missing()))
          .append("</td></tr>");
    }
    html.append("</table></div>");
  }

  /** Predicted over measured, both logarithmic, with the line where they are equal. */
  private void plot(ErrorStatistics errors) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double[] pair : errors.pairs()) {
      low = Math.min(low, Math.min(pair[0], pair[1]));
      high = Math.max(high, Math.max(pair[0], pair[1]));
    }
    if (!(low > 0) || !(high > low)) {
      return;
    }
    double scale = PLOT / Math.log(high / low);
    html.append("<svg width=\"%d\" height=\"%d\" role=\"img\" ".formatted(PLOT + 20, PLOT + 20))
        .append("aria-label=\"predicted over measured\">")
        .append("<rect width=\"%d\" height=\"%d\" fill=\"none\" ".formatted(PLOT, PLOT))
        .append(
            "stroke=\"var(--line)\"/><line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"0\" "
                .formatted(PLOT, PLOT))
        .append("stroke=\"var(--quiet)\"/>");
    int stride = Math.max(1, errors.count() / MOST_POINTS);
    for (int i = 0; i < errors.count(); i += stride) {
      double[] pair = errors.pairs().get(i);
      html.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.5\" fill=\"var(--mark)\" opacity=\".5\"/>",
              Math.log(pair[1] / low) * scale,
              PLOT - Math.log(pair[0] / low) * scale));
    }
    html.append("</svg><p>Predicted over measured, both logarithmic.</p>");
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
