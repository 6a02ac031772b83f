package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;

/**
 * The routed experts of a model, checked against each other.
 *
 * @param count routed experts of a MoE layer
 * @param perToken experts that a token is sent to
 * @param groups groups of group-limited routing
 * @param groupsPerToken groups that a token may use
 */
record Experts(int count, int perToken, int groups, int groupsPerToken) {

  /** Names under which families state the number of routed experts. */
  static final String[] COUNT_FIELDS = {"num_experts", "num_local_experts", "n_routed_experts"};

  static final String[] PER_TOKEN_FIELDS = {"num_experts_per_tok", "experts_per_token"};

  static boolean stated(HuggingFaceConfig config) {
    return config.has(config.firstOf(COUNT_FIELDS));
  }

  static Experts read(HuggingFaceConfig config) {
    String countField = config.firstOf(COUNT_FIELDS);
    String perTokenField = config.firstOf(PER_TOKEN_FIELDS);
    int count = config.integer(countField, 1, Shape.MAX_EXPERTS);
    int perToken = config.integer(perTokenField, 1, Shape.MAX_EXPERTS);
    if (perToken > count) {
      throw config.refuse(
          perTokenField,
          ", more than " + countField + " which is " + count,
          "the two were swapped.");
    }
    int groups = config.integerOr("n_group", 1, 1, Shape.MAX_EXPERTS);
    if (count % groups != 0) {
      throw config.refuse(
          "n_group",
          ", which does not divide " + countField + " which is " + count,
          "experts were removed from the model without its groups.");
    }
    int groupsPerToken = config.integerOr("topk_group", groups, 1, Shape.MAX_EXPERTS);
    if (groupsPerToken > groups) {
      throw config.refuse(
          "topk_group", ", more than n_group which is " + groups, "the two were swapped.");
    }
    return new Experts(count, perToken, groups, groupsPerToken);
  }

  /** A layer with these experts. */
  LayerSpec layer(
      int index,
      AttentionSpec attention,
      long shared,
      long router,
      long norms,
      long expertParameters) {
    return new LayerSpec(
        index,
        attention,
        shared,
        router,
        norms,
        count,
        expertParameters,
        perToken,
        groups,
        groupsPerToken);
  }

  /** A layer without experts. */
  static LayerSpec dense(int index, AttentionSpec attention, long feedForward, long norms) {
    return new LayerSpec(index, attention, feedForward, 0, norms, 0, 0, 0, 1, 1);
  }
}
