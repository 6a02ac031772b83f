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
  private static final double MOST = 1e15;

  public ServingShape {
    requireNonNull(precision, "precision");
    requireNonNull(expertPrecision, "expertPrecision");
    layerParameters = List.copyOf(layerParameters);
    checkCount("contextTokens", contextTokens);
    checkCount("hiddenSize", hiddenSize);
    checkCount("expertsPerToken", expertsPerToken);
    checkCount("routedExperts", routedExperts);
    checkCount("attentionWindowTokens", attentionWindowTokens);
    checkCount("kvCacheBytes", kvCacheBytes);
    checkCount("expertParameters", expertParameters);
    layerParameters.forEach(parameters -> checkCount("layerParameters", parameters));
    checkFigure("kvBytesPerTokenLayer", kvBytesPerTokenLayer);
    checkFigure("attentionFlopsPerContextToken", attentionFlopsPerContextToken);
    if (microbatchTokens < 1) {
      throw new IllegalArgumentException(
          "microbatchTokens is " + microbatchTokens + ", not at least 1\nMaybe an unset field");
    }
  }

  private static void checkCount(String name, long count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + " is " + count + "\nMaybe an overflow");
    }
  }

  /** What no model comes near: times and sizes that are made of it stay finite. */
  private static void checkFigure(String name, double figure) {
    if (!(figure >= 0 && figure <= MOST)) {
      throw new IllegalArgumentException(
          name + " is " + figure + ", not between 0 and " + MOST + "\nMaybe an overflow");
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
