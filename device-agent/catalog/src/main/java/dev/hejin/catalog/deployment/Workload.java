package dev.hejin.catalog.deployment;

/**
 * The work to plan for.
 *
 * @param batchTokens tokens decoded per step over the whole deployment: the sequences at once
 * @param contextTokens mean tokens of context per sequence
 */
public record Workload(int batchTokens, int contextTokens) {

  /** Checks that both are at least 1. */
  public Workload {
    if (batchTokens < 1 || contextTokens < 1) {
      throw new IllegalArgumentException(
          "batchTokens is %d and contextTokens is %d.%nMaybe use 2048 and 4096."
              .formatted(batchTokens, contextTokens));
    }
  }
}
