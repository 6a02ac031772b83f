package dev.hejin.scheduler.cost.training;

/**
 * How training lies over devices under DualPipe.
 *
 * @param ranks of a pipeline, even
 * @param expertParallel devices that share the experts of a layer
 * @param devices in all
 * @param imbalance tokens of the fullest over those of the mean device of an exchange, 1 or more
 */
public record TrainingLayout(int ranks, int expertParallel, int devices, double imbalance) {
  public TrainingLayout {
    if (ranks < 2 || ranks % 2 != 0) {
      throw new IllegalArgumentException(
          "pipeline of " + ranks + " ranks\nMaybe an even number: DualPipe goes both ways.");
    }
    if (expertParallel < 1 || devices < ranks || devices % (ranks * expertParallel) != 0) {
      throw new IllegalArgumentException(
          devices
              + " devices in pipelines of "
              + ranks
              + " ranks with experts over "
              + expertParallel
              + "\nMaybe a multiple of ranks x expert-parallel devices.");
    }
    if (!(imbalance >= 1) || Double.isInfinite(imbalance)) {
      throw new IllegalArgumentException(
          "imbalance is " + imbalance + "\nMaybe 1: fullest over mean is never less.");
    }
  }

  /** Pipelines side by side. */
  public int pipelines() {
    return devices / ranks;
  }
}
