package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

/**
 * One transformer layer. Weights come in two parts: what every device of the layer's stage holds
 * (attention, norms, router, shared experts or the dense feed-forward) and routed experts, which
 * are placed one by one.
 *
 * @param index from 0
 * @param attention the attention block
 * @param denseParameters dense feed-forward or shared experts, all of it
 * @param routerParameters router with its biases; 0 for a dense layer
 * @param normParameters norms outside the attention block
 * @param routedExperts number of routed experts; 0 for a dense layer
 * @param expertParameters weights of one routed expert; 0 for a dense layer
 * @param expertsPerToken experts that one token is sent to; 0 for a dense layer
 * @param expertGroups groups of group-limited routing; 1 when there are none
 * @param expertGroupsPerToken groups that one token may use
 */
public record LayerSpec(
    int index,
    AttentionSpec attention,
    long denseParameters,
    long routerParameters,
    long normParameters,
    int routedExperts,
    long expertParameters,
    int expertsPerToken,
    int expertGroups,
    int expertGroupsPerToken) {

  public LayerSpec {
    requireNonNull(attention, "attention");
    if (index < 0 || denseParameters < 0 || routerParameters < 0 || normParameters < 0) {
      throw new IllegalArgumentException("layer " + index + " has a negative size");
    }
    if (routedExperts < 0) {
      throw new IllegalArgumentException(
          "layer " + index + " has " + routedExperts + " experts\nMaybe 0, for a dense layer.");
    }
    if (routedExperts > 0
        && (expertParameters <= 0 || expertsPerToken < 1 || expertsPerToken > routedExperts)) {
      throw new IllegalArgumentException(
          "layer "
              + index
              + ": "
              + routedExperts
              + " experts of "
              + expertParameters
              + " parameters, "
              + expertsPerToken
              + " per token"
              + "\nMaybe num_experts_per_tok or moe_intermediate_size is missing in the config.");
    }
    if (routedExperts == 0 && (expertParameters != 0 || expertsPerToken != 0)) {
      throw new IllegalArgumentException("layer " + index + " is dense but names experts");
    }
    if (expertGroups < 1
        || expertGroupsPerToken < 1
        || expertGroupsPerToken > expertGroups
        || (routedExperts > 0 && routedExperts % expertGroups != 0)) {
      throw new IllegalArgumentException(
          "layer "
              + index
              + ": "
              + routedExperts
              + " experts do not divide into "
              + expertGroups
              + " groups, "
              + expertGroupsPerToken
              + " per token");
    }
  }

  public boolean isMoe() {
    return routedExperts > 0;
  }

  /** Weights that every device of the layer's stage holds. */
  public long baseParameters() {
    return attention.parameters() + denseParameters + routerParameters + normParameters;
  }

  /** All weights of the layer. */
  public long totalParameters() {
    return baseParameters() + routedExperts * expertParameters;
  }

  /** Weights that one token touches. */
  public long activeParameters() {
    return baseParameters() + expertsPerToken * expertParameters;
  }
}
