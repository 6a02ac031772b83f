package dev.hejin.scheduler.flow;

import java.util.List;

/**
 * The requests that a plan is to serve, and how they are admitted.
 *
 * @param classes kinds of requests with their shares
 * @param feedFill requests are taken in while the fullest layers use no more of their KV cache
 * @param deviceFill a device takes no request that would fill its KV cache beyond this share
 */
public record Workload(List<RequestClass> classes, double feedFill, double deviceFill) {
  /**
   * Requests of about one length.
   *
   * @param share of all requests; shares are scaled to add up to 1
   * @param promptTokens mean length of the prompt
   * @param outputTokens mean length of the answer
   * @param spread lengths vary evenly by this share around the mean
   */
  public record RequestClass(double share, int promptTokens, int outputTokens, double spread) {
    /** Checks the ranges. */
    public RequestClass {
      if (!(share > 0) || promptTokens < 1 || outputTokens < 1 || !(spread >= 0 && spread < 1)) {
        throw new InvalidStageProblemException(
            "workload", promptTokens + "+" + outputTokens, "not positive", "give lengths above 0");
      }
    }
  }

  /**
   * Conversations. Means of 763 prompt and 232 output tokens are those of the Azure LLM inference
   * trace 2023, conversation part, without prompts over 2,048 and answers over 1,024 tokens (Patel
   * et al. 2024, as used by Helix); its classes in round numbers: short chat, long answers, small
   * talk, long context. Fill levels are those of Helix's offline serving.
   */
  public static final Workload CONVERSATION =
      new Workload(
          List.of(
              new RequestClass(0.45, 400, 98, 0.4),
              new RequestClass(0.30, 1090, 505, 0.25),
              new RequestClass(0.08, 180, 200, 0.35),
              new RequestClass(0.12, 1470, 85, 0.35),
              new RequestClass(0.05, 1300, 230, 0.3)),
          0.8,
          0.85);

  /** Checks the ranges. */
  public Workload {
    classes = List.copyOf(classes);
    if (classes.isEmpty()) {
      throw new InvalidStageProblemException("workload", "[]", "no requests", "give one class");
    }
    fill("feedFill", feedFill);
    fill("deviceFill", deviceFill);
  }

  private static void fill(String field, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new InvalidStageProblemException(field, value, "not in (0, 1]", "use 0.8");
    }
  }

  /** Requests that all have these lengths, with the fill levels of {@link #CONVERSATION}. */
  public static Workload of(int promptTokens, int outputTokens) {
    return new Workload(
        List.of(new RequestClass(1, promptTokens, outputTokens, 0.5)),
        CONVERSATION.feedFill,
        CONVERSATION.deviceFill);
  }

  /** Mean length of prompts. */
  double meanPrompt() {
    return mean(false, false);
  }

  /** Mean length of answers. */
  double meanOutput() {
    return mean(true, false);
  }

  /**
   * Tokens that an admitted request holds in every layer, seen at a random moment: long answers
   * stay longer, so they count more. The answer is reserved at its mean length.
   */
  double residentTokens() {
    return mean(false, true) + meanOutput();
  }

  private double mean(boolean output, boolean byResidence) {
    double sum = 0;
    double weight = 0;
    for (RequestClass c : classes) {
      double w = c.share * (byResidence ? c.outputTokens : 1);
      sum += w * (output ? c.outputTokens : c.promptTokens);
      weight += w;
    }
    return sum / weight;
  }
}
