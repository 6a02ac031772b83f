package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.Random;

/** Expert loads for tests. */
final class Loads {
  private Loads() {}

  /** Log-normal loads; sigma 0.5 gives a hottest expert of about four times the mean. */
  static ExpertLoad skewed(ModelSpec model, double sigma, long seed) {
    Random random = new Random(seed);
    double[][] counts = new double[model.layers().size()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = new double[model.layers().get(layer).routedExperts()];
      for (int expert = 0; expert < counts[layer].length; expert++) {
        counts[layer][expert] = Math.exp(sigma * random.nextGaussian());
      }
    }
    return ExpertLoad.of(model, counts);
  }

  /** The load with each expert's share changed by up to the given part. */
  static ExpertLoad drifted(ModelSpec model, ExpertLoad load, double part, long seed) {
    Random random = new Random(seed);
    double[][] counts = new double[model.layers().size()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = load.layer(layer);
      for (int expert = 0; expert < counts[layer].length; expert++) {
        counts[layer][expert] *= 1 + part * (2 * random.nextDouble() - 1);
      }
    }
    return ExpertLoad.of(model, counts);
  }
}
