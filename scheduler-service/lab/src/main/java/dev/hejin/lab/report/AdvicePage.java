package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import dev.hejin.lab.advisor.Advice;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.List;

/** The page of an experiment that asked what would bring more: the advice first. */
public final class AdvicePage {
  private AdvicePage() {}

  /** The page's text. */
  public static String of(Outcome outcome, List<Advice> advice, Measure measure) {
    return ExperimentPage.of(outcome, page -> table(page, advice, measure));
  }

  private static void table(HtmlPage page, List<Advice> advice, Measure measure) {
    String unit = measure.unit().isEmpty() ? measure.title() : measure.unit();
    page.heading(
        "What would bring more " + (measure.moreIsBetter() ? "" : "by less ") + measure.title());
    page.markup("<div class=\"charts\">")
        .markup(GainChart.of(advice, measure))
        .markup("</div><div class=\"scroll\"><table class=\"glance\"><tr><th>change</th><th>gain, ")
        .markup(escaped(unit))
        .markup("</th><th>USD/h</th><th>gain for each USD/h</th>")
        .markup("<th class=\"words\">told apart from zero</th></tr>");
    for (Advice one : advice) {
      Interval each = one.gainPerUsdPerHour();
      page.markup("<tr><td>")
          .markup(escaped(one.change().text()))
          .markup("</td><td>")
          .markup(escaped(Numbers.text(one.gain())))
          .markup("</td><td data-label=\"USD/h: \">")
          .markup(escaped(Numbers.text(one.change().usdPerHour())))
          .markup("</td><td data-label=\"gain for each USD/h: \">")
          .markup(escaped(Numbers.text(each)))
          .markup("</td><td class=\"words%s\">".formatted(GlanceTable.mood(one.comparison())))
          .markup(escaped(one.comparison().text()))
          .markup("</td></tr>");
    }
    page.markup("</table></div>");
    page.paragraph(
        "One change at a time, in paired simulations, the largest gain first. A cost of - is not"
            + " known. A change that failed is not in this table.");
  }
}
