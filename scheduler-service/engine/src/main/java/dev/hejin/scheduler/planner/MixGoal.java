package dev.hejin.scheduler.planner;

import java.util.Arrays;

/**
 * What a mix of pipelines of one role is searched for.
 *
 * @param unit what one device of each kind costs, in dollars, watts or devices; zeros: nothing
 * @param demand tokens a second beyond which nothing is gained; infinite for none
 * @param servesAll whether as many sequences as there are come before throughput
 * @param mostStepSeconds limit of the time between two tokens of a sequence; infinite for none
 * @param mostFirstSeconds limit of the time to the first token; infinite for none
 */
record MixGoal(
    double[] unit,
    double demand,
    boolean servesAll,
    double mostStepSeconds,
    double mostFirstSeconds) {
  private static final double NONE = Double.POSITIVE_INFINITY;

  /** Most throughput for all sequences. */
  static MixGoal throughput(int kinds) {
    return new MixGoal(new double[kinds], NONE, true, NONE, NONE);
  }

  boolean hasUnits() {
    return Arrays.stream(unit).anyMatch(each -> each > 0);
  }

  boolean hasDemand() {
    return demand < NONE;
  }

  /** What the devices of a shape cost. */
  double units(PipelineShape shape) {
    double sum = 0;
    for (PipelineShape.Stage stage : shape.stages()) {
      sum += stage.form().cost(unit);
    }
    return sum;
  }

  MixGoal withDemand(double tokensPerSecond) {
    return new MixGoal(unit, tokensPerSecond, servesAll, mostStepSeconds, mostFirstSeconds);
  }
}
