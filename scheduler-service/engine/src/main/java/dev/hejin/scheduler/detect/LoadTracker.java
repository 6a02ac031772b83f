package dev.hejin.scheduler.detect;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.Optional;

/**
 * Follows the load of a model's experts: an exponentially weighted mean over windows, by layer.
 *
 * <p>A window that differs a lot from the mean (total variation above {@value #JUMP}) is traffic of
 * another kind: the mean starts afresh from it, so that a shift is followed at once while noise is
 * smoothed.
 */
public final class LoadTracker {
  private static final double WEIGHT = 0.4;

  /** Total-variation distance that is taken for another kind of traffic. */
  static final double JUMP = 0.15;

  private final ModelSpec model;
  private final double[][] mean;
  private int layersSeen;

  public LoadTracker(ModelSpec model) {
    this.model = model;
    this.mean = new double[model.layers().size()][];
  }

  /**
   * Takes one window of one layer. Windows without tokens, windows with a count that is negative or
   * not finite, and layers that are not MoE are ignored.
   *
   * @param tokens index = expert; shorter when the last experts got none
   */
  public void add(int layer, double[] tokens) {
    if (layer < 0 || layer >= mean.length) {
      return;
    }
    LayerSpec spec = model.layers().get(layer);
    if (!spec.isMoe() || tokens.length > spec.routedExperts()) {
      return;
    }
    double sum = 0;
    for (double count : tokens) {
      if (!(count >= 0)) {
        return;
      }
      sum += count;
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      return;
    }
    double[] old = mean[layer];
    double[] share = new double[spec.routedExperts()];
    for (int expert = 0; expert < tokens.length; expert++) {
      share[expert] = tokens[expert] / sum;
    }
    if (old == null) {
      layersSeen++;
      mean[layer] = share;
      return;
    }
    double distance = 0;
    for (int expert = 0; expert < share.length; expert++) {
      distance += Math.abs(share[expert] - old[expert]) / 2;
    }
    double weight = distance > JUMP ? 1.0 : WEIGHT;
    for (int expert = 0; expert < share.length; expert++) {
      old[expert] += weight * (share[expert] - old[expert]);
    }
  }

  /** The load seen so far, once every MoE layer has been seen. */
  public Optional<ExpertLoad> load() {
    long wanted = model.layers().stream().filter(LayerSpec::isMoe).count();
    if (wanted == 0 || layersSeen < wanted) {
      return Optional.empty();
    }
    double[][] counts = new double[mean.length][];
    for (int layer = 0; layer < mean.length; layer++) {
      counts[layer] = mean[layer] == null ? new double[0] : mean[layer];
    }
    return Optional.of(ExpertLoad.of(model, counts));
  }
}
