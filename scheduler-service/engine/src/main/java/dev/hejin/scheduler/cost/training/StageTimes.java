package dev.hejin.scheduler.cost.training;

import java.util.Arrays;

/**
 * Seconds of one microbatch on each pipeline stage, in order.
 *
 * @param forward of each stage
 * @param backwardInput gradients of the stage's input
 * @param backwardWeight gradients of the stage's weights
 * @param overlap seconds of a forward and a backward that run as a pair, as a share of their sum: 1
 *     gains nothing, below 1 each hides the other's communication
 */
public record StageTimes(
    double[] forward, double[] backwardInput, double[] backwardWeight, double overlap) {
  public StageTimes {
    if (forward.length == 0
        || forward.length != backwardInput.length
        || forward.length != backwardWeight.length
        || !(overlap > 0)) {
      throw new IllegalArgumentException(
          "stages: %d forward, %d and %d backward times, overlap %s\nMaybe %s"
              .formatted(
                  forward.length,
                  backwardInput.length,
                  backwardWeight.length,
                  overlap,
                  "a stage's time is missing."));
    }
  }

  /** Stages that all take the same. */
  public static StageTimes equal(
      int stages, double forward, double backwardInput, double backwardWeight, double overlap) {
    return new StageTimes(
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
