package dev.hejin.lab.scenario;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Which requests come.
 *
 * @param arrivals the process that they come by
 * @param requestsPerSecond mean rate, surges and bursts aside; a trace has its own
 * @param burstFactor BURSTY: rate of a burst over the mean between bursts
 * @param burstSeconds BURSTY: mean length of a burst
 * @param calmSeconds BURSTY: mean time between bursts
 * @param dayAmplitude DIURNAL: rate swings by this share around the mean, 0 to 1
 * @param daySeconds DIURNAL: length of a day
 * @param surges times at which the rate is multiplied
 * @param tracePath TRACE: the file; empty otherwise
 * @param traceSpeed TRACE: how many times as fast as recorded
 * @param prompt lengths of prompts
 * @param output lengths of answers
 */
public record Traffic(
    Arrivals arrivals,
    double requestsPerSecond,
    double burstFactor,
    double burstSeconds,
    double calmSeconds,
    double dayAmplitude,
    double daySeconds,
    List<Surge> surges,
    String tracePath,
    double traceSpeed,
    Lengths prompt,
    Lengths output) {

  /** Arrival processes. */
  public enum Arrivals {
    POISSON,
    /** Poisson with two rates that alternate: a Markov-modulated Poisson process. */
    BURSTY,
    /** Poisson with a rate that follows the day. */
    DIURNAL,
    /** What was recorded. */
    TRACE
  }

  /**
   * A time of more requests.
   *
   * @param factor of the rate meanwhile
   */
  public record Surge(double startSeconds, double endSeconds, double factor) {}

  /**
   * Lengths in tokens: lognormal, at least 1.
   *
   * @param mean of all
   * @param spread standard deviation over mean; 0: all the same
   * @param most longer ones are cut to this
   */
  public record Lengths(double mean, double spread, int most) {}

  /** Checks and copies. */
  public Traffic {
    requireNonNull(arrivals, "arrivals");
    surges = List.copyOf(surges);
    requireNonNull(tracePath, "tracePath");
    requireNonNull(prompt, "prompt");
    requireNonNull(output, "output");
  }
}
