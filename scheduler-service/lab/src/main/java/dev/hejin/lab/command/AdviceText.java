package dev.hejin.lab.command;

import dev.hejin.client.Table;
import dev.hejin.lab.advisor.Advice;
import dev.hejin.lab.comparison.Verdict;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.report.Numbers;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Advice in lines for a console, the largest gain first. */
final class AdviceText {
  private AdviceText() {}

  static List<String> lines(Outcome outcome, List<Advice> advice, Measure measure) {
    List<String> lines = new ArrayList<>();
    Interval base = Interval.of(outcome.values(0, measure));
    lines.add("SIMULATED: no silicon stands behind any figure");
    lines.add("as it is: %s %s %s".formatted(measure.title(), Numbers.text(base), measure.unit()));
    lines.add("");
    Table table = new Table("CHANGE", ">GAIN %", ">FROM", ">TO", "TOLD APART", ">GAIN PER USD/H");
    for (Advice one : advice) {
      Interval relative = one.comparison().difference().relative().times(sign(measure) * 100);
      table.row(
          one.change().text(),
          percent(relative.mean()),
          percent(relative.low()),
          percent(relative.high()),
          told(one),
          Double.isNaN(one.change().usdPerHour())
              ? "cost unknown"
              : Numbers.text(one.gainPerUsdPerHour().mean()));
    }
    lines.addAll(table.lines());
    return lines;
  }

  private static double sign(Measure measure) {
    return measure.moreIsBetter() ? 1 : -1;
  }

  private static String percent(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%+.1f", value);
  }

  private static String told(Advice advice) {
    Verdict verdict = advice.comparison().verdict();
    double p = advice.comparison().adjustedP();
    return switch (verdict) {
      case BETTER -> "yes, " + Verdict.p(p);
      case WORSE -> "worse, " + Verdict.p(p);
      case EQUAL -> "no: the same";
      case NOT_TOLD_APART -> "no, " + Verdict.p(p);
      case UNKNOWN -> "not known";
    };
  }
}
