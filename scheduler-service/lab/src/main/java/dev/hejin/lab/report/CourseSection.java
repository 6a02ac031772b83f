package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.TrialResult.HeatMap;
import dev.hejin.lab.trial.TrialResult.StageSpan;
import dev.hejin.lab.trial.TrialResult.WorldEvent;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What happened in the first replication: over time, over devices and layers, over stages. */
final class CourseSection {
  private static final int MOST_EVENTS = 200;

  private final Outcome outcome;
  private final List<Integer> arms;

  CourseSection(Outcome outcome, List<Integer> arms) {
    this.outcome = outcome;
    this.arms = arms.stream().filter(arm -> TimeChart.first(outcome, arm).isPresent()).toList();
  }

  private TrialResult first(int arm) {
    return TimeChart.first(outcome, arm).orElseThrow();
  }

  private String label(int arm) {
    return outcome.plan().arms().get(arm).label();
  }

  void addTo(HtmlPage page, Consumer<List<String>> key) {
    List<String> names = TimeChart.names(outcome, arms);
    if (!names.isEmpty()) {
      page.heading("Over simulated time");
      key.accept(arms.stream().map(this::label).toList());
      page.markup("<div class=\"charts\">");
      names.forEach(name -> page.markup(TimeChart.of(outcome, arms, name)));
      page.markup("</div>");
      page.paragraph(
          "Replication 1. Lines across: red where something breaks, grey where it comes back or the"
              + " traffic changes. Ticks below: a variant changed its plan.");
    }
    arms.forEach(arm -> events(page, arm));
    if (arms.stream().anyMatch(arm -> !first(arm).heat().isEmpty())) {
      page.heading("Load of devices by layer, at the end");
      page.markup("<div class=\"charts\">");
      for (int arm : arms) {
        for (HeatMap heat : first(arm).heat()) {
          String of = first(arm).heat().size() > 1 ? ", " + heat.name() : "";
          page.markup(HeatChart.of(label(arm) + of, heat));
        }
      }
      page.markup("</div>");
    }
    if (arms.stream().anyMatch(arm -> !first(arm).stages().isEmpty())) {
      page.heading("Pipeline stages in a typical stretch");
      page.markup("<div class=\"charts\">");
      for (int arm : arms) {
        List<StageSpan> spans = first(arm).stages();
        if (!spans.isEmpty()) {
          page.markup(GanttChart.of(label(arm), spans));
        }
      }
      page.markup("</div>");
    }
  }

  private void events(HtmlPage page, int arm) {
    List<WorldEvent> events = first(arm).events();
    if (events.isEmpty()) {
      return;
    }
    StringBuilder html = new StringBuilder("<details><summary>");
    html.append(escaped(label(arm)))
        .append(", events: ")
        .append(events.size())
        .append("</summary><div class=\"scroll\"><table><tr><th>at</th>")
        .append("<th class=\"words\">kind</th><th class=\"words\">what</th></tr>");
    for (WorldEvent event : events.subList(0, Math.min(MOST_EVENTS, events.size()))) {
      html.append(
          "<tr><td>%s</td><td class=\"words\">%s</td><td class=\"words\">%s</td></tr>"
              .formatted(
                  String.format(Locale.ROOT, "%.1f s", event.seconds()),
                  escaped(event.kind()),
                  escaped(event.text())));
    }
    html.append("</table></div>");
    if (events.size() > MOST_EVENTS) {
      html.append("<p>The rest is in the JSON file.</p>");
    }
    page.markup(html.append("</details>").toString());
  }
}
