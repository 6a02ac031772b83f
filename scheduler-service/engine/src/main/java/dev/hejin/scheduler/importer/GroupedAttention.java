package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;

/**
 * Attention with query heads that share KV heads.
 *
 * @param heads query heads
 * @param kvHeads KV heads
 * @param size of a head
 * @param parameters all weights of the block
 */
record GroupedAttention(int heads, int kvHeads, int size, long parameters) {

  /** Where queries and keys are normalised. */
  enum QueryKeyNorm {
    NONE,
    /** One weight for each position in a head, shared by all heads. */
    PER_HEAD,
    /** One weight for each position in all heads together. */
    PER_LAYER
  }

  /** Which projections carry a bias. */
  enum Bias {
    /** All four when {@code attention_bias} says so. */
    AS_STATED,
    /** Query, key and value, but not output. */
    INPUTS
  }

  static GroupedAttention read(
      HuggingFaceConfig config, Shape shape, QueryKeyNorm norm, Bias bias, boolean sinks) {
    int heads = shape.heads();
    int kvHeads = config.integerOr("num_key_value_heads", heads, 1, Shape.MAX_HEADS);
    if (heads % kvHeads != 0) {
      throw config.refuse(
          "num_key_value_heads",
          ", which does not divide num_attention_heads which is " + heads,
          "the two come from different files.");
    }
    if (!config.has("head_dim") && shape.hidden() % heads != 0) {
      throw config.refuse(
          "num_attention_heads",
          ", which does not divide hidden_size which is "
              + shape.hidden()
              + ", and head_dim is missing",
          "add head_dim as the published file has it.");
    }
    int size = config.integerOr("head_dim", shape.hidden() / heads, 1, Shape.MAX_HEAD_SIZE);
    long queries = (long) heads * size;
    long keys = (long) kvHeads * size;
    long parameters = shape.hidden() * (2 * queries + 2 * keys);
    if (bias == Bias.INPUTS) {
      parameters += queries + 2 * keys;
    } else if (config.flag("attention_bias", false)) {
      parameters += queries + 2 * keys + shape.hidden();
    }
    parameters +=
        switch (norm) {
          case NONE -> 0;
          case PER_HEAD -> 2L * size;
          case PER_LAYER -> queries + keys;
        };
    return new GroupedAttention(heads, kvHeads, size, sinks ? parameters + heads : parameters);
  }

  /** The attention of a layer whose queries see at most that many tokens. */
  AttentionSpec within(int windowTokens) {
    return new AttentionSpec(
        heads == kvHeads ? AttentionKind.MHA : AttentionKind.GQA,
        parameters,
        2.0 * kvHeads * size,
        4.0 * heads * size,
        windowTokens,
        kvHeads);
  }
}
