package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A model as the planner sees it.
 *
 * @param name catalogue name or the name that the caller gave
 * @param architecture class named in config.json
 * @param hiddenSize width of the residual stream
 * @param vocabularySize tokens
 * @param tiedEmbeddings whether embedding and head share weights
 * @param nativePrecision precision of the published dense weights
 * @param nativeExpertPrecision precision of the published routed experts
 * @param kvPrecision precision in which the cache is kept
 * @param layers in order, index equal to position; without multi-token prediction modules
 * @param predictionLayers multi-token prediction modules that the checkpoint carries
 * @param extraParameters weights outside layers, embedding and head (final norm, for example)
 * @param assumptions what the import had to assume, in words; empty when nothing
 */
public record ModelSpec(
    String name,
    String architecture,
    int hiddenSize,
    int vocabularySize,
    boolean tiedEmbeddings,
    Precision nativePrecision,
    Precision nativeExpertPrecision,
    Precision kvPrecision,
    List<LayerSpec> layers,
    int predictionLayers,
    long extraParameters,
    List<String> assumptions) {

  public ModelSpec {
    requireNonNull(name, "name");
    requireNonNull(architecture, "architecture");
    requireNonNull(nativePrecision, "nativePrecision");
    requireNonNull(nativeExpertPrecision, "nativeExpertPrecision");
    requireNonNull(kvPrecision, "kvPrecision");
    layers = List.copyOf(layers);
    assumptions = List.copyOf(assumptions);
    if (layers.isEmpty() || hiddenSize < 1 || vocabularySize < 1) {
      throw new IllegalArgumentException(
          "model '"
              + name
              + "': "
              + layers.size()
              + " layers, hidden size "
              + hiddenSize
              + ", vocabulary "
              + vocabularySize);
    }
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).index() != i) {
        throw new IllegalArgumentException(
            "model '" + name + "': layer at position " + i + " has index " + layers.get(i).index());
      }
    }
  }

  /** Weights of the input embedding. */
  public long embeddingParameters() {
    return (long) vocabularySize * hiddenSize;
  }

  /** Weights of the output head that are stored apart from the embedding. */
  public long headParameters() {
    return tiedEmbeddings ? 0 : (long) vocabularySize * hiddenSize;
  }

  /** All weights, without multi-token prediction modules. */
  public long totalParameters() {
    return embeddingParameters()
        + headParameters()
        + extraParameters
        + layers.stream().mapToLong(LayerSpec::totalParameters).sum();
  }

  /** Weights that one token touches, as vendors count "active": embedding and head included. */
  public long activeParameters() {
    return embeddingParameters()
        + headParameters()
        + extraParameters
        + layers.stream().mapToLong(LayerSpec::activeParameters).sum();
  }

  /** Bytes that one token leaves in the cache over all layers, at {@link #kvPrecision}. */
  public double kvBytesPerToken() {
    return layers.stream().mapToDouble(l -> l.attention().kvElementsPerToken()).sum()
        * kvPrecision.bytesPerWeight();
  }

  public boolean isMoe() {
    return layers.stream().anyMatch(LayerSpec::isMoe);
  }
}
