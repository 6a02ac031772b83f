package dev.hejin.lab.control;

import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StepWork;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One window as agents report it, made of what iterations did on average: seconds that each device
 * computed for a microbatch, and tokens that each expert got.
 *
 * @param work mean of the window's iterations
 * @param steps how many there were
 */
record Telemetry(StepWork work, long steps) {

  /** Seconds of each device of the stages, for one microbatch. */
  TreeMap<String, Double> deviceSeconds(Iterable<StagePhysics> stages, List<String> ids) {
    TreeMap<String, Double> seconds = new TreeMap<>();
    for (StagePhysics stage : stages) {
      double[] own = stage.ownSeconds(work);
      for (int d = 0; d < own.length; d++) {
        seconds.put(ids.get(stage.spec().devices()[d]), own[d]);
      }
    }
    return seconds;
  }

  /**
   * Tokens that the experts of a layer got: their shares, with the chance of single tokens and of
   * texts.
   */
  double[] expertTokens(
      double[] share, int expertsPerToken, double spread, SplittableRandom chance) {
    double routed = work.tokens() * steps * expertsPerToken;
    double texts = work.textWeight() / Math.max(1, steps);
    double[] tokens = new double[share.length];
    for (int e = 0; e < share.length; e++) {
      double mean = routed * share[e];
      double deviation = Math.sqrt(mean + spread * spread * mean * mean * texts);
      tokens[e] = Math.max(0, Math.rint(mean + deviation * chance.nextGaussian()));
    }
    return tokens;
  }
}
