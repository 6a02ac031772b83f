package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Verdict;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A row for each arm with its verdicts in the two measures that matter most. */
final class GlanceTable {
  private static final List<Measure> SHOWN = List.of(Measure.THROUGHPUT, Measure.GOODPUT);

  private final Outcome outcome;
  private final List<Comparison> comparisons;
  private final boolean blind;

  GlanceTable(Outcome outcome, List<Comparison> comparisons) {
    this.outcome = outcome;
    this.comparisons = comparisons;
    this.blind = comparisons.stream().anyMatch(c -> c.role() == Comparison.Role.BEST_SPEED_BLIND);
  }

  void addTo(HtmlPage page) {
    List<Integer> arms = IntStream.range(0, outcome.plan().arms().size()).boxed().toList();
    for (Measure measure : SHOWN) {
      if (outcome.measures().contains(measure)) {
        page.heading("At a glance: " + measure.title());
        if (outcome.isZero(measure, arms)) {
          page.paragraph("Zero in every trial of every variant.");
          continue;
        }
        page.markup("<div class=\"scroll\"><table class=\"glance\"><tr><th>variant</th><th>")
            .markup(escaped(measure.unit()))
            .markup("</th><th class=\"words\">beside the first</th>")
            .markup(blind ? "<th class=\"words\">beside the best speed-blind</th></tr>" : "</tr>");
        arms.forEach(arm -> row(page, measure, arm));
        page.markup("</table></div>");
      }
    }
  }

  private void row(HtmlPage page, Measure measure, int arm) {
    Interval interval = Interval.of(outcome.values(arm, measure));
    String figure =
        interval.count() == 0
            ? outcome.failures(arm).isEmpty() ? "-" : "failed"
            : Numbers.text(interval);
    page.markup("<tr><td>")
        .markup(escaped(outcome.plan().arms().get(arm).name()))
        .markup("</td><td>")
        .markup(escaped(figure))
        .markup("</td>");
    cell(page, find(measure, arm, Comparison.Role.BASELINE), false);
    if (blind) {
      cell(page, find(measure, arm, Comparison.Role.BEST_SPEED_BLIND), true);
    }
    page.markup("</tr>");
  }

  private Optional<Comparison> find(Measure measure, int arm, Comparison.Role role) {
    return comparisons.stream()
        .filter(c -> c.measure() == measure && c.arm() == arm && c.role() == role)
        .findFirst();
  }

  private void cell(HtmlPage page, Optional<Comparison> comparison, boolean named) {
    if (comparison.isEmpty()) {
      page.markup("<td class=\"words none\">-</td>");
      return;
    }
    Comparison found = comparison.get();
    page.markup(
            "<td class=\"words%s\" data-label=\"%s\">"
                .formatted(
                    mood(found), named ? "beside the best speed-blind: " : "beside the first: "))
        .markup(escaped(found.text() + (named ? " (" + other(found) + ")" : "")))
        .markup("</td>");
  }

  private String other(Comparison comparison) {
    return outcome.plan().arms().get(comparison.against()).label();
  }

  /** The class that colours a verdict. */
  static String mood(Comparison comparison) {
    return comparison.verdict() == Verdict.BETTER
        ? " good"
        : comparison.verdict() == Verdict.WORSE ? " bad" : "";
  }
}
