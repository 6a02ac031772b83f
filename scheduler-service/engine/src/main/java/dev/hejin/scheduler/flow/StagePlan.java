package dev.hejin.scheduler.flow;

/**
 * A placement of layers.
 *
 * @param start first layer of each device; -1 for a device without layers
 * @param end one past the last layer; -1 likewise
 * @param tokensPerSecond its maximum flow, prompt and decode tokens together
 * @param upperBound of the flow of any placement
 * @param servedDecodeTokensPerSecond simulated decode tokens a second; NaN when only the flow was
 *     asked for
 */
public record StagePlan(
    int[] start,
    int[] end,
    double tokensPerSecond,
    double upperBound,
    double servedDecodeTokensPerSecond) {
  private static final double SAME = 1e-9;

  /** Share of the bound that is missing; 0 when the flow is proved to be the largest. */
  public double gap() {
    double gap = upperBound > 0 ? 1 - tokensPerSecond / upperBound : 0;
    return gap <= SAME ? 0 : gap;
  }
}
