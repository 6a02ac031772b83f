package dev.hejin.scheduler.model;

/**
 * The traffic that a deployment is planned for.
 *
 * @param batchTokens sequences decoded at once over the whole deployment: tokens per step
 * @param contextTokens mean cached tokens of a sequence
 */
public record Workload(int batchTokens, int contextTokens) {
  public Workload {
    if (batchTokens < 1) {
      throw new IllegalArgumentException(
          "workload.batch_tokens is " + batchTokens + "\nMaybe give at least 1.");
    }
    if (contextTokens < 1) {
      throw new IllegalArgumentException(
          "workload.context_tokens is " + contextTokens + "\nMaybe give at least 1.");
    }
  }
}
