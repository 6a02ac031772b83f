package dev.hejin.catalog.scenario;

/**
 * The steady traffic.
 *
 * @param batchTokens tokens decoded per step over the whole deployment
 * @param contextTokens mean tokens of context per sequence
 */
public record Traffic(int batchTokens, int contextTokens) {

  /** Checks that both are at least 1. */
  public Traffic {
    if (batchTokens < 1 || contextTokens < 1) {
      throw new IllegalArgumentException(
          "batchTokens is %d and contextTokens is %d.%nMaybe use 2048 and 4096."
              .formatted(batchTokens, contextTokens));
    }
  }
}
