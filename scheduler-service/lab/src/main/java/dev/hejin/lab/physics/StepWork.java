package dev.hejin.lab.physics;

/**
 * What one iteration of one microbatch has to do. Mutable, because there are millions of them.
 *
 * <p>{@code attended} counts pairs of a token and a cached token that it looks at.
 */
public final class StepWork {
  /** Sequences that get one token each. */
  public double decodeTokens;

  /** Tokens of prompts that are read. */
  public double promptTokens;

  /** Pairs of the decoded tokens. */
  public double decodeAttended;

  /** Pairs of the prompts' tokens. */
  public double promptAttended;

  /** Prompts that are read to their end, and so go through the head. */
  public double promptsEnded;

  /** Sum of squares of the tokens that each text has in this iteration. */
  public double textSquares;

  public double tokens() {
    return decodeTokens + promptTokens;
  }

  /** One over the number of equally long texts that would be as uneven. */
  public double textWeight() {
    double all = tokens();
    return all > 0 ? textSquares / (all * all) : 0;
  }

  public void clear() {
    decodeTokens = 0;
    promptTokens = 0;
    decodeAttended = 0;
    promptAttended = 0;
    promptsEnded = 0;
    textSquares = 0;
  }

  public void add(StepWork other) {
    decodeTokens += other.decodeTokens;
    promptTokens += other.promptTokens;
    decodeAttended += other.decodeAttended;
    promptAttended += other.promptAttended;
    promptsEnded += other.promptsEnded;
    textSquares += other.textSquares;
  }

  /** All of it times a factor: means of many. */
  public StepWork times(double factor) {
    StepWork work = new StepWork();
    work.decodeTokens = decodeTokens * factor;
    work.promptTokens = promptTokens * factor;
    work.decodeAttended = decodeAttended * factor;
    work.promptAttended = promptAttended * factor;
    work.promptsEnded = promptsEnded * factor;
    work.textSquares = textSquares * factor;
    return work;
  }
}
