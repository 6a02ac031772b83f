package dev.hejin.catalog.load;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * Token counts by layer and expert. A layer without any load is a dense layer; it has no experts.
 * Immutable.
 */
public final class ExpertLoad {

  private final String source;
  private final double[][] counts;

  /**
   * Copies the counts.
   *
   * @param source where they come from, for errors and reports
   * @param counts by layer and expert: finite, none negative, every layer of the same length
   */
  public ExpertLoad(String source, double[][] counts) {
    this.source = requireNonNull(source);
    if (counts.length == 0 || counts[0].length == 0) {
      throw new IllegalArgumentException(
          "There is no layer or no expert in %s.%nMaybe the recording was empty."
              .formatted(source));
    }
    this.counts = new double[counts.length][];
    for (int layer = 0; layer < counts.length; layer++) {
      if (counts[layer].length != counts[0].length) {
        throw new IllegalArgumentException(
            "Layer %d of %s has %d experts, layer 0 has %d.%nMaybe two models were mixed."
                .formatted(layer, source, counts[layer].length, counts[0].length));
      }
      for (double count : counts[layer]) {
        if (!(count >= 0 && Double.isFinite(count))) {
          throw new IllegalArgumentException(
              "Layer %d of %s has the count %s.%nMaybe a counter overflowed."
                  .formatted(layer, source, count));
        }
      }
      this.counts[layer] = counts[layer].clone();
    }
  }

  /** Returns where the counts come from. */
  public String source() {
    return source;
  }

  /** Returns the number of layers, dense ones included. */
  public int layers() {
    return counts.length;
  }

  /** Returns the number of experts of a layer. */
  public int experts() {
    return counts[0].length;
  }

  /** Returns the tokens of one expert. */
  public double tokens(int layer, int expert) {
    return counts[layer][expert];
  }

  /** Returns a copy of the tokens of all experts of a layer. */
  public double[] layer(int layer) {
    return counts[layer].clone();
  }

  /** Returns the tokens of a layer, summed over its experts. */
  public double total(int layer) {
    return Arrays.stream(counts[layer]).sum();
  }

  /** Tells whether a layer has experts. */
  public boolean isMoeLayer(int layer) {
    return total(layer) > 0;
  }

  /** Returns the hottest expert's load over the mean; 1 for even loads. Needs an MoE layer. */
  public double maxOverMean(int layer) {
    return Arrays.stream(counts[layer]).max().orElseThrow() * experts() / total(layer);
  }

  /** Returns the share of the load on the hottest tenth of the experts, rounded up. */
  public double topTenthShare(int layer) {
    double[] sorted = counts[layer].clone();
    Arrays.sort(sorted);
    int hot = SyntheticExpertLoad.tenthOf(sorted.length);
    return Arrays.stream(sorted, sorted.length - hot, sorted.length).sum() / total(layer);
  }
}
