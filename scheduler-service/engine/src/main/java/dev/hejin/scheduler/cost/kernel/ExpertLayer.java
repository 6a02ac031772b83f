package dev.hejin.scheduler.cost.kernel;

/**
 * The routed experts of a layer and how they are cut.
 *
 * @param hidden width of the residual stream
 * @param inter width of one expert
 * @param topK experts that one token is sent to
 * @param experts routed experts
 * @param groups groups of group-limited routing; 1 for none
 * @param groupsPerToken groups that one token may use
 * @param tensorParallel devices that share each expert
 * @param expertParallel groups of devices that share the experts
 */
public record ExpertLayer(
    int hidden,
    int inter,
    int topK,
    int experts,
    int groups,
    int groupsPerToken,
    int tensorParallel,
    int expertParallel) {
  public ExpertLayer {
    if (hidden < 1
        || inter < 1
        || topK < 1
        || experts < topK
        || groups < 1
        || groupsPerToken < 1
        || groupsPerToken > groups
        || tensorParallel < 1
        || expertParallel < 1
        || expertParallel > experts) {
      throw new IllegalArgumentException(
          "layer of %d experts, top %d, %d x %d, %d of %d groups, TP %d, EP %d\nMaybe %s"
              .formatted(
                  experts,
                  topK,
                  hidden,
                  inter,
                  groupsPerToken,
                  groups,
                  tensorParallel,
                  expertParallel,
                  "moe_ep_size is above num_experts, or a size is 0."));
    }
  }

  /** Experts of one device, rounded up. */
  int residentExperts() {
    return Math.ceilDiv(experts, expertParallel);
  }

  /** Weights of one expert on one device. */
  double weights() {
    return 3.0 * hidden * inter / tensorParallel;
  }
}
