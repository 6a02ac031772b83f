package dev.hejin.scheduler.importer;

import java.util.ArrayList;
import java.util.List;

/**
 * What every family states under the same names.
 *
 * @param hidden width of the residual stream
 * @param layers without prediction modules
 * @param vocabulary tokens
 * @param heads query heads
 * @param tied embedding and head share weights
 */
record Shape(int hidden, int layers, int vocabulary, int heads, boolean tied) {
  static final int MAX_LAYERS = 2_000;
  static final int MAX_HEADS = 1 << 14;
  static final int MAX_HEAD_SIZE = 1 << 14;
  static final int MAX_EXPERTS = 1 << 16;
  static final int MAX_TOKENS = 1 << 27;

  static Shape read(HuggingFaceConfig root, HuggingFaceConfig text) {
    boolean tied =
        (text.has("tie_word_embeddings") ? text : root).flag("tie_word_embeddings", false);
    return new Shape(
        text.width("hidden_size"),
        text.integer("num_hidden_layers", 1, MAX_LAYERS),
        text.integer("vocab_size", 1, MAX_TOKENS),
        text.integer("num_attention_heads", 1, MAX_HEADS),
        tied);
  }

  /** Weights of a gated feed-forward: gate, up and down projections. */
  long gatedFeedForward(int width) {
    return 3L * hidden * width;
  }

  /** Weights of the two norms that stand before attention and before the feed-forward. */
  long blockNorms() {
    return 2L * hidden;
  }

  /** Most tokens that a query of each layer attends to, from {@code layer_types} or one window. */
  List<Integer> windows(HuggingFaceConfig config) {
    List<Integer> windows = new ArrayList<>(layers);
    if (config.has("layer_types")) {
      List<String> types = config.texts("layer_types");
      if (types.size() != layers) {
        throw config.refuse(
            "layer_types",
            ", of length " + types.size() + ", but num_hidden_layers is " + layers,
            "the two come from different files.");
      }
      for (String type : types) {
        windows.add(window(config, type));
      }
      return windows;
    }
    boolean slides = config.has("sliding_window") && config.flag("use_sliding_window", true);
    int window =
        slides ? config.integer("sliding_window", 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    int first = slides ? config.integerOr("max_window_layers", 0, 0, MAX_LAYERS) : 0;
    for (int layer = 0; layer < layers; layer++) {
      windows.add(layer < first ? Integer.MAX_VALUE : window);
    }
    return windows;
  }

  private static int window(HuggingFaceConfig config, String type) {
    return switch (type) {
      case "full_attention" -> Integer.MAX_VALUE;
      case "sliding_attention" -> config.integer("sliding_window", 1, Integer.MAX_VALUE);
      case "chunked_attention" -> config.integer("attention_chunk_size", 1, Integer.MAX_VALUE);
      default ->
          throw config.refuse(
              "layer_types",
              " and names '" + type + "', which is not known here",
              "the model mixes in linear attention; known are full_attention, sliding_attention"
                  + " and chunked_attention.");
    };
  }
}
