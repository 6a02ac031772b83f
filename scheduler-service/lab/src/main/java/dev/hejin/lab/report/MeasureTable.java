package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Verdict;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.List;

/** The figures behind one chart of bars, and every comparison that was made of them. */
final class MeasureTable {
  private MeasureTable() {}

  static String of(
      Outcome outcome, List<Comparison> comparisons, Measure measure, List<Integer> arms) {
    StringBuilder html = new StringBuilder("<h3>");
    html.append(escaped(measure.title()))
        .append("</h3><div class=\"scroll\"><table><tr><th>variant</th><th>mean</th>")
        .append("<th>95 % from</th><th>to</th><th>trials</th></tr>");
    for (int arm : arms) {
      Interval interval = Interval.of(outcome.values(arm, measure));
      row(
          html,
          outcome.plan().arms().get(arm).name(),
          Numbers.text(interval.mean()),
          Numbers.text(interval.low()),
          Numbers.text(interval.high()),
          String.valueOf(interval.count()));
    }
    html.append("</table><table><tr><th>comparison</th><th>difference</th><th>from</th><th>to</th>")
        .append("<th>t test</th><th>Holm</th><th>sign flip</th><th class=\"words\">verdict</th>")
        .append("</tr>");
    for (Comparison comparison : comparisons) {
      if (comparison.measure() == measure && arms.contains(comparison.arm())) {
        row(html, outcome, comparison);
      }
    }
    return html.append("</table></div>").toString();
  }

  private static void row(StringBuilder html, Outcome outcome, Comparison comparison) {
    Interval interval = comparison.difference().interval();
    html.append("<tr>");
    cell(
        html,
        outcome.plan().arms().get(comparison.arm()).label()
            + " beside "
            + outcome.plan().arms().get(comparison.against()).label());
    cell(html, Numbers.text(interval.mean()));
    cell(html, Numbers.text(interval.low()));
    cell(html, Numbers.text(interval.high()));
    cell(html, p(comparison.difference().p()));
    cell(html, p(comparison.adjustedP()));
    cell(html, p(comparison.difference().signFlipP()));
    html.append("<td class=\"words%s\">".formatted(GlanceTable.mood(comparison)))
        .append(escaped(comparison.text()))
        .append("</td></tr>");
  }

  private static String p(double p) {
    return Double.isNaN(p) ? "-" : Verdict.p(p);
  }

  private static void row(StringBuilder html, String... cells) {
    html.append("<tr>");
    for (String each : cells) {
      cell(html, each);
    }
    html.append("</tr>");
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(escaped(text)).append("</td>");
  }
}
