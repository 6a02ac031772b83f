package dev.hejin.scheduler.cost.training;

import java.util.Arrays;

/**
 * Seconds of one microbatch on each pipeline stage, in order.
 *
 * @param forward of each stage
 * @param backwardInput gradients of the stage's input
 * @param backwardWeight gradients of the stage's weights
 * @param pair seconds of a forward of one stage (first index) and a backward of another that run
 *     together and hide each other's communication
 */
public record StageTimes(
    double[] forward, double[] backwardInput, double[] backwardWeight, double[][] pair) {
  public StageTimes {
    if (forward.length == 0
        || forward.length != backwardInput.length
        || forward.length != backwardWeight.length
        || forward.length != pair.length) {
      throw new IllegalArgumentException(
          "stages: %d forward, %d and %d backward times, %d times of pairs\nMaybe %s"
              .formatted(
                  forward.length,
                  backwardInput.length,
                  backwardWeight.length,
                  pair.length,
                  "a stage's time is missing."));
    }
  }

  /**
   * Stages whose pairs take an equal share of what they take apart.
   *
   * @param overlap 1 gains nothing, below 1 each hides a part of the other
   */
  public static StageTimes of(
      double[] forward, double[] backwardInput, double[] backwardWeight, double overlap) {
    if (!(overlap > 0)) {
      throw new IllegalArgumentException(
          "overlap is " + overlap + "\nMaybe 1: a pair takes as long as its parts.");
    }
    int stages = Math.min(forward.length, Math.min(backwardInput.length, backwardWeight.length));
    double[][] pair = new double[forward.length][forward.length];
    for (int f = 0; f < stages; f++) {
      for (int b = 0; b < stages; b++) {
        pair[f][b] = (forward[f] + backwardInput[b] + backwardWeight[b]) * overlap;
      }
    }
    return new StageTimes(forward, backwardInput, backwardWeight, pair);
  }

  /** Stages that all take the same. */
  public static StageTimes equal(
      int stages, double forward, double backwardInput, double backwardWeight, double overlap) {
    return of(
        filled(stages, forward),
        filled(stages, backwardInput),
        filled(stages, backwardWeight),
        overlap);
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  int stages() {
    return forward.length;
  }

  double backward(int stage) {
    return backwardInput[stage] + backwardWeight[stage];
  }
}
