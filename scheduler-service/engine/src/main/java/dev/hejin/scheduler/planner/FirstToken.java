package dev.hejin.scheduler.planner;

/**
 * Time to the first token where the stages that decode read prompts as well, prompts first: on each
 * stage a prompt waits for the microbatch that is under way and is read. Before the slowest stage
 * it waits for other prompts, as in a queue with random arrivals and fixed service (Pollaczek and
 * Khinchine): mean wait = load / (2 (1 - load)) x service. A deployment's other queues are not
 * counted.
 */
final class FirstToken {
  private final double intervalSeconds;
  private double sum;
  private double wait;

  /**
   * @param intervalSeconds between two microbatches on each stage
   */
  FirstToken(double intervalSeconds) {
    this.intervalSeconds = intervalSeconds;
  }

  /**
   * The next stage.
   *
   * @param seconds of a microbatch
   * @param passSeconds of reading one prompt on each device
   * @param passes of that kind for each microbatch
   */
  void add(double seconds, double passSeconds, double passes) {
    sum += seconds + passSeconds;
    wait = Math.max(wait, waitSeconds(passSeconds, passes * passSeconds / intervalSeconds));
  }

  /** Mean wait before a server of fixed service time; infinite when it cannot keep up. */
  static double waitSeconds(double service, double load) {
    return load < 1 ? load / (2 * (1 - load)) * service : Double.POSITIVE_INFINITY;
  }

  double seconds() {
    return sum + wait;
  }
}
