package dev.hejin.lab.traffic;

import dev.hejin.agent.simulation.Chance;
import dev.hejin.lab.scenario.Traffic;
import java.util.SplittableRandom;

/**
 * Requests of a Poisson process whose rate changes: by bursts that come and go (two states with
 * exponential durations), by the time of day (a sine), by surges. Drawn by thinning (Lewis and
 * Shedler 1979): candidates at the highest rate, each kept with the probability of the present one.
 */
final class SyntheticRequests implements RequestSource {
  private final Traffic traffic;
  private final SplittableRandom arrivals;
  private final SplittableRandom states;
  private final SplittableRandom lengths;
  private final double highest;
  private final double calmFactor;
  private double seconds;
  private int promptTokens;
  private int outputTokens;
  private boolean inBurst;
  private double stateEndSeconds;

  SyntheticRequests(Traffic traffic, long seed, int index) {
    this.traffic = traffic;
    this.arrivals = Chance.of(seed, "arrivals", index);
    this.states = Chance.of(seed, "bursts", index);
    this.lengths = Chance.of(seed, "lengths", index);
    double calm = traffic.calmSeconds();
    double burst = traffic.burstSeconds();
    // So that the mean over bursts and calm is the rate that was asked for.
    this.calmFactor = (calm + burst) / (calm + burst * traffic.burstFactor());
    double surge = 1;
    for (Traffic.Surge one : traffic.surges()) {
      surge = Math.max(surge, one.factor());
    }
    this.highest =
        surge
            * switch (traffic.arrivals()) {
              case BURSTY -> calmFactor * traffic.burstFactor();
              case DIURNAL -> 1 + traffic.dayAmplitude();
              case POISSON, TRACE -> 1;
            };
    this.stateEndSeconds = exponential(states, calm);
    next();
  }

  @Override
  public double seconds() {
    return seconds;
  }

  @Override
  public int promptTokens() {
    return promptTokens;
  }

  @Override
  public int outputTokens() {
    return outputTokens;
  }

  @Override
  public void next() {
    do {
      seconds += exponential(arrivals, 1 / (traffic.requestsPerSecond() * highest));
    } while (arrivals.nextDouble() * highest >= factor(seconds));
    promptTokens = length(traffic.prompt());
    outputTokens = length(traffic.output());
  }

  private double factor(double at) {
    double factor =
        switch (traffic.arrivals()) {
          case BURSTY -> burst(at) ? calmFactor * traffic.burstFactor() : calmFactor;
          case DIURNAL ->
              1 - traffic.dayAmplitude() * Math.cos(2 * Math.PI * at / traffic.daySeconds());
          case POISSON, TRACE -> 1;
        };
    for (Traffic.Surge surge : traffic.surges()) {
      if (at >= surge.startSeconds() && at < surge.endSeconds()) {
        factor *= surge.factor();
      }
    }
    return factor;
  }

  private boolean burst(double at) {
    while (at >= stateEndSeconds) {
      inBurst = !inBurst;
      stateEndSeconds +=
          exponential(states, inBurst ? traffic.burstSeconds() : traffic.calmSeconds());
    }
    return inBurst;
  }

  private int length(Traffic.Lengths of) {
    double normal = lengths.nextGaussian();
    double variance = Math.log1p(of.spread() * of.spread());
    double tokens = of.mean() * Math.exp(Math.sqrt(variance) * normal - variance / 2);
    return (int) Math.clamp(Math.rint(tokens), 1, of.most());
  }

  private static double exponential(SplittableRandom random, double mean) {
    return -mean * Math.log1p(-random.nextDouble());
  }
}
