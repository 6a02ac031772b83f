package dev.hejin.agent.simulation.fault;

import dev.hejin.agent.simulation.Chance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * All faults of a fleet over a time, drawn from one seed.
 *
 * <p>Method: interruptions of each cause are a Poisson process of the published rate, which grows
 * with the number of devices; each takes what its scope holds at a place drawn evenly. A network
 * event is a switch in one case of five, else a cable, which takes one node (assumed). Each job of
 * the fleet suffers a slow phase with the published probability, at a moment drawn evenly.
 */
public final class FaultSchedule {
  private static final double SECONDS_PER_DAY = 86_400;
  private static final double SWITCH_SHARE = 0.2;

  private FaultSchedule() {}

  /** The faults in the order in which they begin. */
  public static List<FaultEvent> of(FleetShape shape, double days, long seed) {
    return of(shape, days, seed, 1);
  }

  /**
   * The faults in the order in which they begin.
   *
   * @param rate interruptions and slow phases come this many times as often as published
   */
  public static List<FaultEvent> of(FleetShape shape, double days, long seed, double rate) {
    if (!(rate > 0 && rate <= 1e6)) {
      throw new IllegalArgumentException(
          "rate is " + rate + ", not above 0 and at most 1000000\nMaybe 1, as published");
    }
    if (!(days > 0 && days <= 3660)) {
      throw new IllegalArgumentException(
          "days is " + days + ", not above 0 and at most 3660\nMaybe 30");
    }
    List<FaultEvent> events = new ArrayList<>();
    for (FaultCause cause : FaultCause.values()) {
      interruptions(cause, shape, days, rate, Chance.of(seed, "fault " + cause, 0), events);
    }
    for (FailSlow kind : FailSlow.values()) {
      slowPhases(kind, shape, days, rate, Chance.of(seed, "slow " + kind, 0), events);
    }
    events.sort(
        Comparator.comparingDouble(FaultEvent::startSeconds)
            .thenComparing(FaultEvent::cause)
            .thenComparingInt(FaultEvent::firstNode));
    return List.copyOf(events);
  }

  private static void interruptions(
      FaultCause cause,
      FleetShape shape,
      double days,
      double rate,
      SplittableRandom random,
      List<FaultEvent> events) {
    double perSecond = rate * cause.expected(shape.devices(), days) / (days * SECONDS_PER_DAY);
    double time = exponential(random, 1 / perSecond);
    while (time < days * SECONDS_PER_DAY) {
      FaultScope scope = cause.scope();
      if (scope == FaultScope.SWITCH && random.nextDouble() >= SWITCH_SHARE) {
        scope = FaultScope.NODE;
      }
      int node = random.nextInt(shape.nodes());
      int together =
          switch (scope) {
            case DEVICE, NODE -> 1;
            case RACK -> shape.nodesPerRack();
            case SWITCH -> shape.nodesPerSwitch();
          };
      int first = node - node % together;
      events.add(
          new FaultEvent(
              time,
              time + exponential(random, cause.meanRepairSeconds()),
              cause.name().toLowerCase(Locale.ROOT),
              scope,
              FaultEvent.Effect.LOST,
              0,
              first,
              Math.min(together, shape.nodes() - first),
              scope == FaultScope.DEVICE ? random.nextInt(shape.devicesPerNode()) : -1));
      time += exponential(random, 1 / perSecond);
    }
  }

  private static void slowPhases(
      FailSlow kind,
      FleetShape shape,
      double days,
      double rate,
      SplittableRandom random,
      List<FaultEvent> events) {
    for (double start = 0;
        start + FailSlow.JOB_SECONDS <= days * SECONDS_PER_DAY;
        start += FailSlow.JOB_SECONDS) {
      for (int job = 0; job < jobs(kind, shape); job++) {
        if (random.nextDouble() >= rate * kind.share()) {
          continue;
        }
        double time = start + random.nextDouble() * FailSlow.JOB_SECONDS;
        int node = job * kind.nodesPerJob() + random.nextInt(kind.nodesPerJob());
        boolean compute = kind == FailSlow.COMPUTATION;
        events.add(
            new FaultEvent(
                time,
                time + exponential(random, kind.meanSeconds()),
                "slow_" + kind.name().toLowerCase(Locale.ROOT),
                compute ? FaultScope.DEVICE : FaultScope.NODE,
                compute ? FaultEvent.Effect.SLOW : FaultEvent.Effect.SLOW_LINK,
                Chance.between(random, kind.leastFactor(), kind.mostFactor()),
                node,
                1,
                compute ? random.nextInt(shape.devicesPerNode()) : -1));
      }
    }
  }

  /** Jobs of this kind that the fleet runs at once; nodes that make no whole job run none. */
  static int jobs(FailSlow kind, FleetShape shape) {
    return shape.nodes() / kind.nodesPerJob();
  }

  private static double exponential(SplittableRandom random, double mean) {
    return -mean * Math.log1p(-random.nextDouble());
  }
}
