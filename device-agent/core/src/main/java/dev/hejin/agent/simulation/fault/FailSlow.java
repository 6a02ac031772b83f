package dev.hejin.agent.simulation.fault;

/**
 * Devices and links that grow slow for a while and recover: Greyhound (USENIX ATC 2025).
 * Computation: 6 of 392 jobs, 10 minutes on average; communication: 42 of 107 jobs, 24 minutes on
 * average.
 *
 * <p>How large and long those jobs were is not in the figures at hand; assumed: one node for
 * computation, four for communication, a day each. How deep: a factor drawn evenly from the range.
 */
public enum FailSlow {
  COMPUTATION(6, 392, 600, 1, 0.4, 0.9),
  COMMUNICATION(42, 107, 1440, 4, 0.3, 0.8);

  /** Assumed length of a job. */
  public static final double JOB_SECONDS = 86_400;

  private final int slowJobs;
  private final int jobs;
  private final double meanSeconds;
  private final int nodesPerJob;
  private final double leastFactor;
  private final double mostFactor;

  FailSlow(
      int slowJobs,
      int jobs,
      double meanSeconds,
      int nodesPerJob,
      double leastFactor,
      double mostFactor) {
    this.slowJobs = slowJobs;
    this.jobs = jobs;
    this.meanSeconds = meanSeconds;
    this.nodesPerJob = nodesPerJob;
    this.leastFactor = leastFactor;
    this.mostFactor = mostFactor;
  }

  /** Published share of jobs that were hit. */
  public double share() {
    return slowJobs / (double) jobs;
  }

  /** Published mean of the time that it lasts, taken as exponential. */
  public double meanSeconds() {
    return meanSeconds;
  }

  public int nodesPerJob() {
    return nodesPerJob;
  }

  double leastFactor() {
    return leastFactor;
  }

  double mostFactor() {
    return mostFactor;
  }
}
