package dev.hejin.lab.report;

import static dev.hejin.client.html.HtmlPage.escaped;

import dev.hejin.client.html.HtmlPage;
import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Comparisons;
import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.trial.Measure;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page of an experiment: what came out at a glance, then every measure, then what happened over
 * time, and at the end all that is needed to run it again.
 */
public final class ExperimentPage {
  private final Outcome outcome;
  private final ExperimentPlan plan;
  private final List<Comparison> comparisons;
  private final HtmlPage page;

  private ExperimentPage(Outcome outcome) {
    this.outcome = outcome;
    this.plan = outcome.plan();
    this.comparisons = Comparisons.of(outcome);
    this.page =
        new HtmlPage(
            "Hejin lab: " + plan.scenario(), "Policy lab: " + plan.scenario(), PageStyle.TEXT);
  }

  /** The page's text. */
  public static String of(Outcome outcome) {
    return of(outcome, page -> {});
  }

  /** The same with something before the first table. */
  static String of(Outcome outcome, Consumer<HtmlPage> first) {
    return new ExperimentPage(outcome).write(first);
  }

  private String write(Consumer<HtmlPage> first) {
    page.paragraph(plan.story());
    page.paragraph(
        "SIMULATED: no silicon stands behind any figure. %d variants, %d replications, seed %d."
            .formatted(plan.arms().size(), plan.replications(), plan.seed()));
    if (outcome.isPartial()) {
      note(
          "PARTIAL: the run was interrupted after %d of %d trials. Intervals are those of what ended; --resume goes on."
              .formatted(outcome.finished(), plan.arms().size() * plan.replications()));
    }
    failures();
    first.accept(page);
    new GlanceTable(outcome, comparisons).addTo(page);
    if (plan.points().size() > 1) {
      sweep();
    }
    for (String point : plan.points()) {
      point(point, point.equals(plan.points().getFirst()));
    }
    method();
    again();
    return page.text();
  }

  private void note(String text) {
    page.markup("<p class=\"note\">" + escaped(text) + "</p>");
  }

  private void failures() {
    for (int arm = 0; arm < plan.arms().size(); arm++) {
      int index = arm;
      long failed =
          IntStream.range(0, plan.replications())
              .filter(r -> outcome.result(index, r).filter(t -> !t.succeeded()).isPresent())
              .count();
      if (failed > 0) {
        note(
            "FAILED: %s in %d of %d trials: %s"
                .formatted(
                    plan.arms().get(arm).name(),
                    failed,
                    plan.replications(),
                    String.join("; ", outcome.failures(arm))));
      }
    }
  }

  private void sweep() {
    page.heading("Over the sweep of " + SweepChart.paths(plan.points().getFirst()));
    key(plan.labels());
    page.markup("<div class=\"charts\">");
    outcome.measures().forEach(measure -> page.markup(SweepChart.of(outcome, measure)));
    page.markup("</div>");
  }

  private void key(List<String> labels) {
    page.markup(
        labels.stream()
            .map(
                label ->
                    "<li><i class=\"k%d\"></i>%s</li>"
                        .formatted(plan.labels().indexOf(label) % BarChart.COLOURS, escaped(label)))
            .collect(Collectors.joining("", "<ul class=\"key\">", "</ul>")));
  }

  private void point(String point, boolean open) {
    List<Integer> arms =
        IntStream.range(0, plan.arms().size())
            .filter(i -> plan.arms().get(i).point().equals(point))
            .boxed()
            .toList();
    if (!point.isEmpty()) {
      page.heading(point);
      page.markup(open ? "<details open>" : "<details>").markup("<summary>All figures</summary>");
    }
    page.markup("<h2>Means with 95 % intervals</h2><div class=\"charts\">");
    List<Measure> zero = outcome.measures().stream().filter(m -> outcome.isZero(m, arms)).toList();
    outcome.measures().stream()
        .filter(m -> !zero.contains(m))
        .forEach(m -> page.markup(BarChart.of(outcome, m, arms)));
    page.markup("</div>");
    if (!zero.isEmpty()) {
      page.paragraph(
          "Zero in every trial, so without a chart: "
              + zero.stream().map(Measure::title).collect(Collectors.joining(", "))
              + ".");
    }
    page.markup("<details><summary>All figures and tests, in tables</summary>");
    for (Measure measure : outcome.measures()) {
      page.markup(MeasureTable.of(outcome, comparisons, measure, arms));
    }
    page.markup("</details>");
    new CourseSection(outcome, arms).addTo(page, this::key);
    if (!point.isEmpty()) {
      page.markup("</details>");
    }
  }

  private void method() {
    page.heading("How to read this");
    page.paragraph(
        "Every variant meets the same requests, routing and faults in a replication, because all"
            + " of them share its seed. Intervals hold the true mean in 95 of 100 experiments, by"
            + " Student's t over the replications. A difference is the mean of the paired"
            + " differences; p is that of the paired t test, after Holm's correction over the"
            + " variants that are compared in one measure. There is no correction across measures."
            + " The sign-flip p assumes no distribution; with few replications it can not be"
            + " small. The best speed-blind variant is chosen by the same figures, which flatters"
            + " it: the gain over it is rather understated.");
  }

  private void again() {
    page.heading("To run it again");
    StringBuilder facts = new StringBuilder("<dl>");
    fact(facts, "scenario", plan.scenario());
    fact(facts, "version", plan.version());
    fact(facts, "seed", String.valueOf(plan.seed()));
    fact(
        facts,
        "seeds of replications",
        IntStream.range(0, plan.replications())
            .mapToObj(r -> String.valueOf(plan.seedOf(r)))
            .collect(Collectors.joining(", ")));
    fact(facts, "set", plan.settings().isEmpty() ? "nothing" : String.join(", ", plan.settings()));
    for (Arm arm : plan.arms()) {
      fact(
          facts,
          arm.name(),
          arm.variant().settings().isEmpty()
              ? "as the scenario"
              : arm.variant().settings().toString());
    }
    page.markup(facts.append("</dl>").toString());
    page.markup("<details><summary>The scenario's file</summary><pre>")
        .markup(escaped(plan.text()))
        .markup("</pre></details>");
  }

  private static void fact(StringBuilder facts, String name, String value) {
    facts
        .append("<dt>")
        .append(escaped(name))
        .append("</dt><dd>")
        .append(escaped(value))
        .append("</dd>");
  }
}
