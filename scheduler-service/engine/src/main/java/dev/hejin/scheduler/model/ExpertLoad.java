package dev.hejin.scheduler.model;

import java.util.Arrays;

/**
 * How a model's tokens spread over its routed experts.
 *
 * <p>Shape: layers x experts; a dense layer has a row of length 0. A row's numbers are shares of
 * that layer's routed tokens: not negative, finite, summing to 1 (normalised on construction, which
 * leaves shares as they are bit for bit: a load read back from the log equals the one written).
 */
public final class ExpertLoad {
  /** A sum this close to 1 is that of shares: what was normalised once stays as it is. */
  private static final double ROUNDING = 1e-9;

  private final double[][] share;

  private ExpertLoad(double[][] share) {
    this.share = share;
  }

  /**
   * Normalises counts.
   *
   * @param counts layers x experts; rows of dense layers are empty or all zero
   * @throws IllegalArgumentException when a row does not fit the model or holds NaN, an infinite or
   *     a negative number, or when a MoE layer has no load at all
   */
  public static ExpertLoad of(ModelSpec model, double[][] counts) {
    if (counts.length != model.layers().size()) {
      throw new IllegalArgumentException(
          "expert load has "
              + counts.length
              + " layers, model '"
              + model.name()
              + "' has "
              + model.layers().size()
              + "\nMaybe the file was recorded from another model.");
    }
    double[][] share = new double[counts.length][];
    for (int layer = 0; layer < counts.length; layer++) {
      share[layer] = row(model.layers().get(layer), counts[layer]);
    }
    return new ExpertLoad(share);
  }

  /** The same load on every expert. */
  public static ExpertLoad uniform(ModelSpec model) {
    double[][] counts = new double[model.layers().size()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = new double[model.layers().get(layer).routedExperts()];
      Arrays.fill(counts[layer], 1.0);
    }
    return of(model, counts);
  }

  private static double[] row(LayerSpec layer, double[] counts) {
    if (!layer.isMoe()) {
      return new double[0];
    }
    if (counts.length != layer.routedExperts()) {
      throw new IllegalArgumentException(
          "expert load of layer "
              + layer.index()
              + " has "
              + counts.length
              + " experts, the model "
              + layer.routedExperts()
              + "\nMaybe the file was recorded from another model.");
    }
    double sum = 0;
    for (int expert = 0; expert < counts.length; expert++) {
      if (!(counts[expert] >= 0) || Double.isInfinite(counts[expert])) {
        throw new IllegalArgumentException(
            "expert load of layer "
                + layer.index()
                + ", expert "
                + expert
                + " is "
                + counts[expert]
                + "\nMaybe the recorder overflowed; loads are finite and not negative.");
      }
      sum += counts[expert];
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException(
          "expert load of layer "
              + layer.index()
              + " is all zero"
              + "\nMaybe nothing was served while it was recorded.");
    }
    if (Double.isInfinite(sum)) {
      throw new IllegalArgumentException(
          "expert load of layer "
              + layer.index()
              + " is too large to add up"
              + "\nMaybe the recorder overflowed; counts of tokens are far smaller.");
    }
    if (Math.abs(sum - 1) < ROUNDING) {
      return counts.clone();
    }
    double[] shares = new double[counts.length];
    for (int expert = 0; expert < counts.length; expert++) {
      shares[expert] = counts[expert] / sum;
    }
    return shares;
  }

  public int layers() {
    return share.length;
  }

  /** Share of the layer's routed tokens that go to the expert. */
  public double share(int layer, int expert) {
    return share[layer][expert];
  }

  /** A copy of the layer's shares; empty for a dense layer. */
  public double[] layer(int layer) {
    return share[layer].clone();
  }

  /**
   * Largest total-variation distance over the layers: half the sum of absolute differences, 0 to 1.
   */
  public double distance(ExpertLoad other) {
    double most = 0;
    for (int layer = 0; layer < share.length; layer++) {
      double sum = 0;
      for (int expert = 0; expert < share[layer].length; expert++) {
        sum += Math.abs(share[layer][expert] - other.share[layer][expert]);
      }
      most = Math.max(most, sum / 2);
    }
    return most;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExpertLoad that && Arrays.deepEquals(share, that.share);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(share);
  }

  @Override
  public String toString() {
    return "ExpertLoad[" + share.length + " layers]";
  }
}
