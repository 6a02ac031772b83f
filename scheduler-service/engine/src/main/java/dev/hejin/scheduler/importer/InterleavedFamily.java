package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.importer.GroupedAttention.Bias;
import dev.hejin.scheduler.importer.GroupedAttention.QueryKeyNorm;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Llama-4: every n-th layer has experts and one shared expert of the same width, the others a wider
 * dense feed-forward; three of four layers attend within chunks. Norms of queries and keys have no
 * weights.
 */
final class InterleavedFamily implements ModelFamily {
  /** Every fourth layer has no rotary embedding and sees the whole context. */
  private static final int FULL_ATTENTION_INTERVAL = 4;

  @Override
  public ImportedLayers read(HuggingFaceConfig config, Shape shape) {
    GroupedAttention attention =
        GroupedAttention.read(config, shape, QueryKeyNorm.NONE, Bias.AS_STATED, false);
    List<Integer> windows =
        config.has("layer_types") ? shape.windows(config) : chunks(config, shape);
    Experts experts = Experts.read(config);
    int every = config.integerOr("interleave_moe_layer_step", 1, 1, Shape.MAX_LAYERS);
    long expert = shape.gatedFeedForward(config.width("intermediate_size"));
    long router = (long) shape.hidden() * experts.count();
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      AttentionSpec windowed = attention.within(windows.get(index));
      if ((index + 1) % every == 0) {
        layers.add(experts.layer(index, windowed, expert, router, shape.blockNorms(), expert));
      } else {
        long feedForward = shape.gatedFeedForward(config.width("intermediate_size_mlp"));
        layers.add(Experts.dense(index, windowed, feedForward, shape.blockNorms()));
      }
    }
    List<String> assumptions = GroupedFamily.windowAssumptions(windows);
    return new ImportedLayers(layers, shape.hidden(), 0, assumptions);
  }

  private static List<Integer> chunks(HuggingFaceConfig config, Shape shape) {
    int chunk = config.integerOr("attention_chunk_size", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    int interval =
        config.integerOr("no_rope_layer_interval", FULL_ATTENTION_INTERVAL, 1, Shape.MAX_LAYERS);
    List<Integer> windows = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      windows.add((index + 1) % interval == 0 ? Integer.MAX_VALUE : chunk);
    }
    return windows;
  }
}
