package dev.hejin.client.calibration;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The validation report: one file without anything to load, for light and dark screens. */
final class HtmlReport {
  private static final int PLOT = 280;
  private static final int MOST_POINTS = 1500;

  private final HtmlPage page =
      new HtmlPage(
          "Hejin: the cost model against measurements", "The cost model against measurements", "");

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
    return report.page.text();
  }

  private void head(List<String> facts) {
    facts.forEach(page::paragraph);
    page.paragraph(
        "Every figure is cross-validated: what a row is about was left out whole, and the"
            + " parameters were fitted again without it. Error is |predicted / measured - 1|;"
            + " bias is its signed median, above 0 where the prediction is too slow. Rank"
            + " correlation is Kendall's tau-b within groups of configurations. Regret is how"
            + " much slower the configuration with the best prediction is than the best"
            + " measured one.");
  }

  private void table(ReportTable table) {
    page.heading(table.title());
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table><tr><th>")
            .append(escaped(table.key()))
            .append("</th><th>rows</th><th>median error</th><th>90 % below</th><th>bias</th>");
    if (!table.quantity().isEmpty()) {
      html.append("<th>rank correlation</th><th>regret</th>");
    }
    html.append("</tr>");
    for (Map.Entry<String, ErrorStatistics> row : table.rows().entrySet()) {
      row(html, table, row.getKey(), row.getValue(), false);
    }
    row(html, table, "all", table.total(), true);
    page.markup(html.append("</table></div>").toString());
    if (!table.quantity().isEmpty()) {
      page.paragraph("Groups: " + table.quantity() + ".");
    }
    plot(table.total());
  }

  private static void row(
      StringBuilder html, ReportTable table, String name, ErrorStatistics errors, boolean total) {
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
    page.heading("Published figures, seen while terms were chosen, no parameter fitted to them");
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table>")
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
    page.markup(html.append("</table></div>").toString());
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
    StringBuilder html =
        new StringBuilder(
                "<svg width=\"%d\" height=\"%d\" role=\"img\" ".formatted(PLOT + 20, PLOT + 20))
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
    page.markup(html.append("</svg>").toString());
    page.paragraph("Predicted over measured, both logarithmic.");
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
