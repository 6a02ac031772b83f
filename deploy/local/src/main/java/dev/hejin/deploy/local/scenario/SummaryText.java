package dev.hejin.deploy.local.scenario;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.hejin.client.Json;
import dev.hejin.client.Table;
import dev.hejin.client.Units;
import dev.hejin.client.Wrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The outcome of a run for people, and as JSON for programs. */
public final class SummaryText {
  private SummaryText() {}

  /** A few lines on one event. */
  public static List<String> event(EventReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  "
            + reaction(report)
            + "; "
            + Units.tokensPerSecond(report.after().tokensPerSecond())
            + " (simulated), "
            + Units.percent(report.shareOfFresh())
            + " of a fresh plan");
    return lines;
  }

  private static String reaction(EventReport report) {
    return switch (report.reaction()) {
      case STEADY -> "steady";
      case KEPT -> "kept the plan: " + report.reason().lines().findFirst().orElse("");
      case REFINED -> "refined the plan when asked";
      case ASKED -> "adopted a plan only when asked";
      case STUCK ->
          "adopted a plan after " + Units.seconds(report.adoptedSeconds()) + ", not in force yet";
      case ADOPTED ->
          "new plan after "
              + Units.seconds(report.adoptedSeconds())
              + ", in force after "
              + Units.seconds(report.activeSeconds())
              + ", moved "
              + Units.bytes(report.movedBytes())
              + experts(report.experts());
    };
  }

  private static String experts(EventReport.Experts experts) {
    return " ("
        + Units.count(experts.movedShards())
        + " shards; experts by policy "
        + experts.policy()
        + ", planned balance "
        + Units.percent(experts.balancedness())
        + ")";
  }

  /** Two tables and the checks. */
  public static List<String> lines(Summary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "scenario "
            + summary.scenario()
            + ": "
            + summary.model()
            + " on pool "
            + summary.pool()
            + ". All devices are simulated, and so are all figures.");
    lines.add("");
    lines.addAll(reactions(summary.events()).lines());
    lines.add("");
    lines.add("tokens/s that the simulated devices really reach, by the judge");
    lines.addAll(effects(summary.events()).lines());
    lines.add("");
    summary.checks().forEach(check -> lines.addAll(check(check)));
    lines.add("");
    lines.add(verdict(summary));
    return lines;
  }

  private static Table reactions(List<EventReport> events) {
    Table reactions =
        new Table(
            "EVENT", "REACTION", ">ADOPTED", ">IN FORCE", ">PLANS", ">MOVED", ">UNSERVED", ">FOR");
    for (EventReport report : events) {
      reactions.row(
          report.title(),
          report.reaction().name().toLowerCase(Locale.ROOT),
          after(report.adoptedSeconds()),
          after(report.activeSeconds()),
          String.valueOf(report.epochs()),
          Units.bytes(report.movedBytes()),
          String.valueOf(report.mostUnserved()),
          Units.seconds(report.unservedSeconds()));
    }
    return reactions;
  }

  private static Table effects(List<EventReport> events) {
    Table effects =
        new Table(
            "EVENT",
            ">BEFORE",
            ">WORST",
            ">AFTER",
            ">BALANCE BEFORE",
            ">WORST",
            ">AFTER",
            ">OF FRESH PLAN");
    for (EventReport report : events) {
      effects.row(
          report.title(),
          Units.count(report.before().tokensPerSecond()),
          Units.count(report.worstTokensPerSecond()),
          Units.count(report.after().tokensPerSecond()),
          Units.percent(report.before().balance()),
          Units.percent(report.worstBalance()),
          Units.percent(report.after().balance()),
          Units.percent(report.shareOfFresh()));
    }
    return effects;
  }

  private static List<String> check(Check check) {
    return Wrap.text(
        check.passed() ? "PASS  " : "FAIL  ", "      ", check.name() + ": " + check.evidence());
  }

  private static String verdict(Summary summary) {
    long failed = summary.checks().stream().filter(check -> !check.passed()).count();
    return (failed == 0
            ? "PASS: all " + summary.checks().size()
            : "FAIL: " + failed + " of " + summary.checks().size())
        + " checks, in "
        + Units.seconds(summary.wallSeconds())
        + "; seed "
        + summary.seed()
        + ", loads "
        + Units.count(summary.timeScale())
        + " times faster than real";
  }

  private static String after(double seconds) {
    return Double.isNaN(seconds) ? "-" : Units.seconds(seconds);
  }

  /** One JSON document; what does not apply is null. */
  public static String json(Summary summary) {
    Struct.Builder root =
        Struct.newBuilder()
            .putFields("simulated", bool(true))
            .putFields("passed", bool(summary.isPassed()))
            .putFields("scenario", text(summary.scenario()))
            .putFields("pool", text(summary.pool()))
            .putFields("model", text(summary.model()))
            .putFields("seed", number(summary.seed()))
            .putFields("timeScale", number(summary.timeScale()))
            .putFields("wallSeconds", number(summary.wallSeconds()));
    ListValue.Builder events = ListValue.newBuilder();
    summary.events().forEach(event -> events.addValues(value(event)));
    ListValue.Builder checks = ListValue.newBuilder();
    for (Check check : summary.checks()) {
      checks.addValues(
          Value.newBuilder()
              .setStructValue(
                  Struct.newBuilder()
                      .putFields("name", text(check.name()))
                      .putFields("passed", bool(check.passed()))
                      .putFields("evidence", text(check.evidence()))));
    }
    root.putFields("events", Value.newBuilder().setListValue(events).build());
    root.putFields("checks", Value.newBuilder().setListValue(checks).build());
    return Json.document(root);
  }

  private static Value value(EventReport report) {
    return Value.newBuilder()
        .setStructValue(
            Struct.newBuilder()
                .putFields("event", text(report.title()))
                .putFields("reaction", text(report.reaction().name().toLowerCase(Locale.ROOT)))
                .putFields("reason", text(report.reason()))
                .putFields("adoptedSeconds", number(report.adoptedSeconds()))
                .putFields("activeSeconds", number(report.activeSeconds()))
                .putFields("epochs", number(report.epochs()))
                .putFields("movedBytes", number(report.movedBytes()))
                .putFields("movedShards", number(report.experts().movedShards()))
                .putFields("policy", text(report.experts().policy()))
                .putFields("plannedBalance", number(report.experts().balancedness()))
                .putFields("beforeTokensPerSecond", number(report.before().tokensPerSecond()))
                .putFields("worstTokensPerSecond", number(report.worstTokensPerSecond()))
                .putFields("afterTokensPerSecond", number(report.after().tokensPerSecond()))
                .putFields("freshTokensPerSecond", number(report.freshTokensPerSecond()))
                .putFields("judgeTokensPerSecond", number(report.judgeTokensPerSecond()))
                .putFields("shareOfFreshPlan", number(report.shareOfFresh()))
                .putFields("beforeBalance", number(report.before().balance()))
                .putFields("worstBalance", number(report.worstBalance()))
                .putFields("afterBalance", number(report.after().balance()))
                .putFields("unserved", number(report.mostUnserved()))
                .putFields("unservedSeconds", number(report.unservedSeconds()))
                .putFields("violations", number(report.violationCount())))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value bool(boolean value) {
    return Value.newBuilder().setBoolValue(value).build();
  }

  private static Value number(double value) {
    return Double.isFinite(value)
        ? Value.newBuilder().setNumberValue(value).build()
        : Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
  }
}
