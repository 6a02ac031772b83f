package dev.hejin.catalog.deployment;

import static java.util.Objects.requireNonNull;

/**
 * What a service of one pipeline or several is to be best at, and what it must keep.
 *
 * @param goal what is made best
 * @param demandTokensPerSecond decoded tokens a second that must be reached; 0: none
 * @param tpotMillis limit of the time between two tokens of a sequence; 0: none
 * @param ttftMillis limit of the mean time to the first token; 0: none
 * @param promptTokens mean tokens of a prompt; 0: not known
 * @param outputTokens mean tokens of an output; 0: not known
 * @param priority where several services are planned on one pool, higher ones go first
 */
public record ServiceOptions(
    Goal goal,
    double demandTokensPerSecond,
    double tpotMillis,
    double ttftMillis,
    int promptTokens,
    int outputTokens,
    int priority) {

  /** What is made best. */
  public enum Goal {
    /** Most tokens per second. */
    THROUGHPUT,
    /** Least rent for a token; with a demand, least rent. */
    COST,
    /** Fewest devices; needs a demand. */
    DEVICES,
    /** Least energy for a token; with a demand, least power. */
    ENERGY
  }

  /** Checks that what belongs together is there. */
  public ServiceOptions {
    requireNonNull(goal);
    if (goal == Goal.DEVICES && demandTokensPerSecond == 0) {
      throw new IllegalArgumentException(
          "goal is devices and demandTokensPerSecond is left out."
              + "\nMaybe say how many tokens a second are needed.");
    }
    if ((promptTokens == 0) != (outputTokens == 0) || (ttftMillis > 0 && promptTokens == 0)) {
      throw new IllegalArgumentException(
          "promptTokens is %d, outputTokens is %d and ttftMillis is %s.%nMaybe give all lengths."
              .formatted(promptTokens, outputTokens, ttftMillis));
    }
  }
}
