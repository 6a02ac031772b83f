package dev.hejin.scheduler.cost.serving;

/**
 * One deployment under a closed load.
 *
 * @param aggregated whether prefill and decode share devices
 * @param inputTokens of each request
 * @param outputTokens of each request
 * @param concurrency requests in flight
 * @param layout of a replica that decodes
 * @param workers replicas that decode
 * @param prefillLayout of a replica that prefills; the same as {@code layout} when aggregated
 * @param prefillWorkers replicas that prefill
 * @param complete whether workers were stated; otherwise speculation is not known either
 * @param plain whether it is known that no token was proposed before it was checked
 * @param lockstep whether all requests are as long as each other and start together, so that they
 *     end together and their prompts are read together
 * @param even whether it is known that all experts get as many tokens
 * @param attentionFormat of projections of attention
 * @param format of other dense weights
 * @param expertFormat of routed experts
 */
public record ServingCase(
    ServingModel model,
    ServingDevice device,
    Engine engine,
    boolean aggregated,
    double inputTokens,
    double outputTokens,
    double concurrency,
    Layout layout,
    int workers,
    Layout prefillLayout,
    int prefillWorkers,
    boolean complete,
    boolean plain,
    boolean lockstep,
    boolean even,
    WeightFormat attentionFormat,
    WeightFormat format,
    WeightFormat expertFormat) {
  public ServingCase {
    if (!(inputTokens > 0) || !(outputTokens > 0) || !(concurrency > 0)) {
      throw new IllegalArgumentException(
          "isl "
              + inputTokens
              + ", osl "
              + outputTokens
              + ", concurrency "
              + concurrency
              + " are not all above 0\nMaybe batch_size is not filled in.");
    }
  }
}
