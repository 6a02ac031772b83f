package dev.hejin.agent.simulation.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A simulated time beside the published rates: how often each cause struck, what was to be
 * expected, and whether the confidence interval of the count holds it. Of twenty true rates one is
 * expected to lie outside.
 *
 * @param lines one for all interruptions, then one a cause, then two a kind of slow phase
 */
public record FaultMonth(FleetShape shape, double days, long seed, List<Line> lines) {
  public FaultMonth {
    lines = List.copyOf(lines);
  }

  /**
   * One published figure.
   *
   * @param simulated what the simulation did
   * @param published what the published rate leads to
   * @param low end of the interval of 95 % around the simulated one
   * @param unit of the four
   */
  public record Line(
      String name, double simulated, double published, double low, double high, String unit) {
    public boolean agrees() {
      return published >= low && published <= high;
    }
  }

  /** Draws it and counts. */
  public static FaultMonth of(FleetShape shape, double days, long seed) {
    List<FaultEvent> events = FaultSchedule.of(shape, days, seed);
    List<Line> lines = new ArrayList<>();
    long all = events.stream().filter(event -> event.effect() == FaultEvent.Effect.LOST).count();
    double expected = 0;
    for (FaultCause cause : FaultCause.values()) {
      expected += cause.expected(shape.devices(), days);
    }
    lines.add(counted("all interruptions", all, expected));
    for (FaultCause cause : FaultCause.values()) {
      String name = cause.name().toLowerCase(Locale.ROOT);
      lines.add(counted(name, count(events, name), cause.expected(shape.devices(), days)));
    }
    for (FailSlow kind : FailSlow.values()) {
      slow(kind, shape, days, events, lines);
    }
    return new FaultMonth(shape, days, seed, lines);
  }

  private static long count(List<FaultEvent> events, String cause) {
    return events.stream().filter(event -> event.cause().equals(cause)).count();
  }

  private static Line counted(String name, long count, double expected) {
    PoissonInterval interval = PoissonInterval.of(count);
    return new Line(name, count, expected, interval.low(), interval.high(), "events");
  }

  /** Share of jobs by the Poisson interval of their number; duration by the normal one. */
  private static void slow(
      FailSlow kind, FleetShape shape, double days, List<FaultEvent> events, List<Line> lines) {
    String cause = "slow_" + kind.name().toLowerCase(Locale.ROOT);
    List<FaultEvent> mine = events.stream().filter(event -> event.cause().equals(cause)).toList();
    double jobs = FaultSchedule.jobs(kind, shape) * Math.floor(days);
    if (jobs > 0) {
      double share = mine.size() / jobs;
      double half = 1.96 * Math.sqrt(Math.max(share * (1 - share), 1 / jobs) / jobs);
      lines.add(
          new Line(
              cause + " jobs",
              100 * share,
              100 * kind.share(),
              100 * (share - half),
              100 * (share + half),
              "% of jobs"));
    }
    if (!mine.isEmpty()) {
      double mean =
          mine.stream()
              .mapToDouble(event -> event.endSeconds() - event.startSeconds())
              .average()
              .orElse(0);
      // The deviation of an exponential time is its mean.
      double half = 1.96 * mean / Math.sqrt(mine.size());
      lines.add(
          new Line(
              cause + " duration",
              mean / 60,
              kind.meanSeconds() / 60,
              (mean - half) / 60,
              (mean + half) / 60,
              "minutes"));
    }
  }
}
