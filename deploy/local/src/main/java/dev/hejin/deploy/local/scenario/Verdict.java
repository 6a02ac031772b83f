package dev.hejin.deploy.local.scenario;

import dev.hejin.client.Units;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What must hold in a whole run. */
public final class Verdict {
  /** Least share of what a fresh plan with full knowledge would really reach. */
  public static final double LEAST_SHARE = 0.9;

  /** Share of a fresh plan from which on a scheduler need not act. */
  static final double GOOD_ENOUGH = 0.97;

  /** Most that the judge's own world may differ from what is seen. */
  static final double JUDGE_TOLERANCE = 0.02;

  /** Most looks that may fail, as a share of all. */
  static final double FAILED_LOOKS = 0.05;

  /** Least vendors on the recorded node, and devices of it that send samples. */
  static final int VENDORS = 10;

  private Verdict() {}

  /**
   * All checks.
   *
   * @param reports the steady state first
   * @param failedLooks looks that a live process did not answer
   * @param schedulerViolations what the scheduler's own checker has counted
   * @param unexpectedEnds processes that ended by themselves
   */
  public static List<Check> of(
      List<EventReport> reports,
      int failedLooks,
      long schedulerViolations,
      List<String> unexpectedEnds) {
    List<Check> checks = new ArrayList<>();
    checks.add(reacted(reports));
    checks.add(active(reports));
    checks.add(nothingUnserved(reports));
    checks.add(servedAgain(reports));
    checks.add(violations(reports));
    checks.add(share(reports));
    checks.add(judge(reports));
    checks.addAll(limits(reports));
    int looks = reports.stream().mapToInt(EventReport::looks).sum();
    checks.add(
        new Check(
            "the judge could see",
            looks > 0 && failedLooks <= FAILED_LOOKS * (looks + failedLooks),
            looks + " looks, " + failedLooks + " failed"));
    checks.add(
        new Check(
            "the scheduler's own checker agrees",
            schedulerViolations == 0,
            schedulerViolations + " violations"));
    checks.add(
        new Check(
            "every process stayed up",
            unexpectedEnds.isEmpty(),
            unexpectedEnds.isEmpty() ? "all of them" : String.join("; ", unexpectedEnds)));
    return checks;
  }

  /**
   * A drained node of recorded devices is seen with its figures, and nothing is placed on it.
   *
   * @param devices all that the scheduler knows
   */
  public static Check recordedNode(List<DeviceStatus> devices, String node) {
    List<DeviceStatus> recorded =
        devices.stream().filter(device -> device.getNodeId().equals(node)).toList();
    long vendors =
        recorded.stream().map(device -> device.getCapability().getVendor()).distinct().count();
    long sampled = recorded.stream().filter(device -> device.getTemperatureCelsius() > 0).count();
    long shards = recorded.stream().mapToLong(DeviceStatus::getShardCount).sum();
    return new Check(
        "a drained node of ten vendors is seen and left alone",
        vendors >= VENDORS && sampled >= VENDORS && shards == 0,
        recorded.size()
            + " devices of "
            + vendors
            + " vendors, "
            + sampled
            + " tell their temperature, "
            + shards
            + " shards");
  }

  private static Check reacted(List<EventReport> reports) {
    return all(
        "the scheduler reacts to every event by itself, or says that nothing is to be gained",
        reports,
        r -> r.reaction() != EventReport.Reaction.ASKED,
        r -> r.reaction().name().toLowerCase(Locale.ROOT));
  }

  private static Check active(List<EventReport> reports) {
    return all(
        "every new plan came into force",
        reports,
        r -> r.reaction() != EventReport.Reaction.STUCK,
        r -> r.epochs() + " plans");
  }

  private static Check nothingUnserved(List<EventReport> reports) {
    return all(
        "planned changes leave nothing unserved",
        reports.stream().filter(EventReport::isPlanned).toList(),
        r -> r.mostUnserved() == 0,
        r -> r.mostUnserved() + " unserved");
  }

  private static Check servedAgain(List<EventReport> reports) {
    return all(
        "after every event all is served again",
        reports,
        r -> r.after().tokensPerSecond() > 0,
        r -> Units.seconds(r.unservedSeconds()) + " unserved");
  }

  private static Check violations(List<EventReport> reports) {
    return all(
        "memory is never exceeded and routes name loaded weights only",
        reports,
        r -> r.violationCount() == 0,
        r ->
            r.violationCount() == 0
                ? "0"
                : r.violationCount() + ", first: " + r.violations().getFirst());
  }

  private static Check share(List<EventReport> reports) {
    return all(
        "at least 90 % of a fresh plan with full knowledge",
        reports, r -> r.shareOfFresh() >= LEAST_SHARE, r -> Units.percent(r.shareOfFresh()));
  }

  private static Check judge(List<EventReport> reports) {
    return all(
        "the judge's own world agrees with what is seen",
        reports.stream().filter(r -> r.judgeTokensPerSecond() > 0).toList(),
        r ->
            Math.abs(r.judgeTokensPerSecond() / r.after().tokensPerSecond() - 1) <= JUDGE_TOLERANCE,
        r -> Units.percent(r.judgeTokensPerSecond() / r.after().tokensPerSecond() - 1));
  }

  /** What the scenario file demands, one line for each event that demands something. */
  private static List<Check> limits(List<EventReport> reports) {
    List<Check> checks = new ArrayList<>();
    double steady = reports.isEmpty() ? 0 : reports.getFirst().after().tokensPerSecond();
    for (EventReport report : reports) {
      List<String> evidence = new ArrayList<>();
      boolean passed = true;
      if (Double.isFinite(report.limits().maxImbalance())) {
        passed &= report.after().imbalance() <= report.limits().maxImbalance();
        evidence.add(
            String.format(
                Locale.ROOT,
                "imbalance %.2f of at most %.2f",
                report.after().imbalance(),
                report.limits().maxImbalance()));
      }
      if (report.limits().minThroughputShare() > 0) {
        double share = report.after().tokensPerSecond() / steady;
        passed &= share >= report.limits().minThroughputShare();
        evidence.add(
            Units.percent(share)
                + " of steady, at least "
                + Units.percent(report.limits().minThroughputShare()));
      }
      if (Double.isFinite(report.limits().maxReactionSeconds())
          && report.reaction() != EventReport.Reaction.KEPT) {
        passed &= report.activeSeconds() <= report.limits().maxReactionSeconds();
        evidence.add(
            "in force after "
                + Units.seconds(report.activeSeconds())
                + ", at most "
                + Units.seconds(report.limits().maxReactionSeconds()));
      }
      if (!evidence.isEmpty()) {
        checks.add(
            new Check("limits of '" + report.title() + "'", passed, String.join("; ", evidence)));
      }
    }
    return checks;
  }

  private static Check all(
      String name,
      List<EventReport> reports,
      Predicate<EventReport> holds,
      Function<EventReport, String> evidence) {
    List<EventReport> failed = reports.stream().filter(holds.negate()).toList();
    if (failed.isEmpty()) {
      return new Check(
          name, true, reports.stream().map(evidence).distinct().collect(Collectors.joining(", ")));
    }
    return new Check(
        name,
        false,
        failed.stream()
            .map(r -> r.title() + ": " + evidence.apply(r))
            .collect(Collectors.joining("; ")));
  }
}
