package dev.hejin.scheduler.planner;

import java.util.List;

/**
 * One pipeline by kinds of devices: what its stages are, not which devices.
 *
 * @param stages in pipeline order
 * @param microbatchTokens sequences of a microbatch; one microbatch for each stage is in flight
 * @param tokensPerSecond estimated, experts balanced
 */
record PipelineShape(List<Stage> stages, double microbatchTokens, double tokensPerSecond) {

  /**
   * A stage.
   *
   * @param form what it is made of
   * @param end layer after its last
   */
  record Stage(StageForm form, int end) {}

  PipelineShape {
    stages = List.copyOf(stages);
  }

  double sequences() {
    return microbatchTokens * stages.size();
  }

  /** Seconds between two tokens of a sequence. */
  double stepSeconds() {
    return sequences() / tokensPerSecond;
  }

  /** Devices of each kind. */
  int[] devices(int kinds) {
    int[] devices = new int[kinds];
    stages.forEach(stage -> stage.form().addTo(devices));
    return devices;
  }

  /** What the pipeline costs at these prices. */
  double cost(Prices prices) {
    double cost = prices.sequence() * sequences();
    for (Stage stage : stages) {
      cost += stage.form().cost(prices.device());
    }
    return cost;
  }

  /**
   * Prices of what pipelines share.
   *
   * @param device of one device of each kind
   * @param sequence of one sequence in flight
   */
  record Prices(double[] device, double sequence) {}
}
