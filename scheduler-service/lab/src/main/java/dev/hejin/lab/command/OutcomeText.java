package dev.hejin.lab.command;

import dev.hejin.client.Table;
import dev.hejin.client.Wrap;
import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Comparisons;
import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.report.Numbers;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came out, in lines for a console: the measures that matter most. */
final class OutcomeText {
  private static final List<Measure> SHOWN =
      List.of(Measure.THROUGHPUT, Measure.GOODPUT, Measure.TPOT_P99);

  private OutcomeText() {}

  static List<String> lines(Outcome outcome) {
    List<String> lines = new ArrayList<>();
    lines.add("SIMULATED: no silicon stands behind any figure");
    List<Arm> arms = outcome.plan().arms();
    List<Comparison> comparisons = Comparisons.of(outcome);
    for (Measure measure : SHOWN) {
      if (!outcome.measures().contains(measure)) {
        continue;
      }
      lines.add("");
      Table table =
          new Table(
              "VARIANT",
              ">" + measure.title().toUpperCase(Locale.ROOT),
              ">95 % FROM",
              ">TO",
              "UNIT");
      for (int arm = 0; arm < arms.size(); arm++) {
        Interval interval = Interval.of(outcome.values(arm, measure));
        boolean failed = interval.count() == 0 && !outcome.failures(arm).isEmpty();
        table.row(
            arms.get(arm).name(),
            failed ? "FAILED" : Numbers.text(interval.mean()),
            Numbers.text(interval.low()),
            Numbers.text(interval.high()),
            measure.unit());
      }
      lines.addAll(table.lines());
      for (Comparison comparison : comparisons) {
        if (comparison.measure() == measure) {
          lines.addAll(sentence(arms, comparison));
        }
      }
    }
    return lines;
  }

  private static List<String> sentence(List<Arm> arms, Comparison comparison) {
    String role = comparison.role() == Comparison.Role.BEST_SPEED_BLIND ? "best speed-blind " : "";
    return Wrap.text(
        "  ",
        "    ",
        "%s beside %s%s: %s"
            .formatted(
                arms.get(comparison.arm()).name(),
                role,
                arms.get(comparison.against()).name(),
                comparison.text()));
  }
}
