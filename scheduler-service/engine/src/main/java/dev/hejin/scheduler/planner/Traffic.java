package dev.hejin.scheduler.planner;

/**
 * What requests look like: each brings a prompt that is read once and takes tokens one by one.
 *
 * @param promptTokens mean length of a prompt
 * @param outputTokens mean tokens that a request decodes
 */
public record Traffic(int promptTokens, int outputTokens) {
  public Traffic {
    if (promptTokens < 1 || outputTokens < 1) {
      throw new IllegalArgumentException(
          "traffic has prompts of "
              + promptTokens
              + " tokens and outputs of "
              + outputTokens
              + "\nMaybe give both, at least 1 token each.");
    }
  }

  /** Prompt tokens read for each token decoded. */
  public double promptsForEach() {
    return (double) promptTokens / outputTokens;
  }
}
