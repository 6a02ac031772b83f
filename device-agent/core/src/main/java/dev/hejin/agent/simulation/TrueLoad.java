package dev.hejin.agent.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * How traffic really spreads over the experts of one model: by layer, each expert's share of the
 * layer's assignments. A layer without figures is uniform.
 */
public final class TrueLoad {
  private final List<double[]> shares;
  private final int experts;

  private TrueLoad(List<double[]> shares, int experts) {
    this.shares = shares;
    this.experts = experts;
  }

  static TrueLoad uniform(int experts) {
    return new TrueLoad(List.of(), experts);
  }

  /**
   * From figures in any unit.
   *
   * @param layers one for each layer of the model; empty for a dense layer
   */
  public static TrueLoad of(List<List<Double>> layers) {
    List<double[]> shares = new ArrayList<>();
    int experts = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      List<Double> tokens = layers.get(layer);
      if (!tokens.isEmpty()) {
        if (experts != 0 && tokens.size() != experts) {
          throw new IllegalArgumentException(
              ("layer %d has %d figures, the layers before it %d\n"
                      + "Maybe give one figure for each routed expert, none for a dense layer")
                  .formatted(layer, tokens.size(), experts));
        }
        experts = tokens.size();
      }
      shares.add(normalized(layer, tokens));
    }
    if (experts == 0) {
      throw new IllegalArgumentException("layers has no figures\nMaybe they were left out");
    }
    return new TrueLoad(List.copyOf(shares), experts);
  }

  public int layers() {
    return shares.size();
  }

  public int experts() {
    return experts;
  }

  double share(int layer, int expert) {
    if (layer < shares.size() && expert < shares.get(layer).length) {
      return shares.get(layer)[expert];
    }
    return experts > 0 ? 1.0 / experts : 0;
  }

  private static double[] normalized(int layer, List<Double> tokens) {
    double sum = 0;
    for (double value : tokens) {
      if (!Double.isFinite(value) || value < 0) {
        throw new IllegalArgumentException(
            "layer %d has the figure %s, not a finite number of at least 0\nMaybe an overflow"
                .formatted(layer, value));
      }
      sum += value;
    }
    if (!tokens.isEmpty() && !(sum > 0 && Double.isFinite(sum))) {
      throw new IllegalArgumentException(
          "figures of layer " + layer + " sum to " + sum + "\nMaybe leave a dense layer empty");
    }
    double total = sum;
    return tokens.stream().mapToDouble(value -> value / total).toArray();
  }
}
