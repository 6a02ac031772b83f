package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a device must know of a deployment beyond its shards.
 *
 * @param microbatchTokens tokens of one microbatch over the whole deployment
 * @param contextTokens mean cached tokens of a sequence
 * @param kvCacheBytes memory to reserve for the cache on this device
 * @param expertParameters weights of one routed expert
 * @param layerParameters weights of each layer without routed experts, by layer index
 * @param attentionWindowTokens most cached tokens that a query attends to; 0: all of them
 */
public record ServingShape(
    int microbatchTokens,
    int contextTokens,
    int hiddenSize,
    int expertsPerToken,
    int routedExperts,
    double kvBytesPerTokenLayer,
    double attentionFlopsPerContextToken,
    long kvCacheBytes,
    long expertParameters,
    Precision precision,
    Precision expertPrecision,
    List<Long> layerParameters,
    int attentionWindowTokens) {
  public ServingShape {
    requireNonNull(precision, "precision");
    requireNonNull(expertPrecision, "expertPrecision");
    layerParameters = List.copyOf(layerParameters);
    if (kvCacheBytes < 0) {
      throw new IllegalArgumentException("kvCacheBytes is " + kvCacheBytes + "\nMaybe an overflow");
    }
    if (microbatchTokens < 1) {
      throw new IllegalArgumentException(
          "microbatchTokens is " + microbatchTokens + ", not at least 1\nMaybe an unset field");
    }
  }

  public int layers() {
    return layerParameters.size();
  }

  /** Cached tokens that a query of mean context attends to. */
  public int attendedTokens() {
    return attentionWindowTokens > 0
        ? Math.min(contextTokens, attentionWindowTokens)
        : contextTokens;
  }
}
