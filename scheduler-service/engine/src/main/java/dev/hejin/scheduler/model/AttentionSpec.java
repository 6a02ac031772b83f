package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

/**
 * What one layer's attention weighs, stores and computes.
 *
 * @param kind family
 * @param parameters weights of all projections and norms of the attention block
 * @param kvElementsPerToken elements that one token leaves in this layer's cache
 * @param flopsPerContextToken multiply-adds counted twice: work of one query token for each cached
 *     token it attends to (scores and values, absorbed form for MLA)
 * @param windowTokens most cached tokens a query attends to; {@code Integer.MAX_VALUE} for all
 * @param cacheParts parts into which tensor parallel devices can divide the cache: the heads of
 *     keys and values; 1 where all queries read the same, as in latent attention, or not known
 */
public record AttentionSpec(
    AttentionKind kind,
    long parameters,
    double kvElementsPerToken,
    double flopsPerContextToken,
    int windowTokens,
    int cacheParts) {
  public AttentionSpec {
    requireNonNull(kind, "kind");
    if (parameters <= 0
        || !(kvElementsPerToken >= 0)
        || !(flopsPerContextToken >= 0)
        || windowTokens < 1
        || cacheParts < 1) {
      throw new IllegalArgumentException(
          "attention "
              + kind
              + ": parameters "
              + parameters
              + ", kvElementsPerToken "
              + kvElementsPerToken
              + ", flopsPerContextToken "
              + flopsPerContextToken
              + ", windowTokens "
              + windowTokens
              + ", cacheParts "
              + cacheParts);
    }
  }

  /** Attention whose cache no device can hold a part of. */
  public AttentionSpec(
      AttentionKind kind,
      long parameters,
      double kvElementsPerToken,
      double flopsPerContextToken,
      int windowTokens) {
    this(kind, parameters, kvElementsPerToken, flopsPerContextToken, windowTokens, 1);
  }
}
