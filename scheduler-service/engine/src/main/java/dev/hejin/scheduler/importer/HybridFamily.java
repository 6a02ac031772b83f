package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Qwen3-Next and Qwen3.5 with experts: gated delta net (arXiv 2412.06464) in most layers, gated
 * attention in every fourth, experts with a gated shared one in all. Weights follow the modules of
 * the published checkpoints; the state of a linear layer has a fixed size and is not counted.
 */
final class HybridFamily implements ModelFamily {
  private static final int DEFAULT_INTERVAL = 4;

  @Override
  public ImportedLayers read(HuggingFaceConfig config, Shape shape) {
    Experts experts = Experts.read(config);
    long expert = shape.gatedFeedForward(config.width("moe_intermediate_size"));
    long shared =
        shape.gatedFeedForward(config.width("shared_expert_intermediate_size")) + shape.hidden();
    long router = (long) shape.hidden() * experts.count();
    int interval =
        config.integerOr("full_attention_interval", DEFAULT_INTERVAL, 1, Shape.MAX_LAYERS);
    AttentionSpec full = full(config, shape);
    AttentionSpec linear = linear(config, shape);
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      AttentionSpec attention = (index + 1) % interval == 0 ? full : linear;
      layers.add(experts.layer(index, attention, shared, router, shape.blockNorms(), expert));
    }
    return new ImportedLayers(
        layers,
        shape.hidden(),
        config.integerOr("mtp_num_hidden_layers", 0, 0, 64),
        List.of("linear attention: its state of fixed size is not counted as cache"));
  }

  /** Queries carry a gate of their own width. */
  private static AttentionSpec full(HuggingFaceConfig config, Shape shape) {
    int size = config.integer("head_dim", 1, Shape.MAX_HEAD_SIZE);
    long queries = (long) shape.heads() * size;
    int kvHeads = config.integer("num_key_value_heads", 1, Shape.MAX_HEADS);
    long keys = (long) kvHeads * size;
    long weights = shape.hidden() * (3 * queries + 2 * keys) + 2L * size;
    return new AttentionSpec(
        AttentionKind.GQA, weights, 2.0 * keys, 4.0 * queries, Integer.MAX_VALUE, kvHeads);
  }

  private static AttentionSpec linear(HuggingFaceConfig config, Shape shape) {
    int keyHeads = config.integer("linear_num_key_heads", 1, Shape.MAX_HEADS);
    int keySize = config.integer("linear_key_head_dim", 1, Shape.MAX_HEAD_SIZE);
    int valueHeads = config.integer("linear_num_value_heads", 1, Shape.MAX_HEADS);
    int valueSize = config.integer("linear_value_head_dim", 1, Shape.MAX_HEAD_SIZE);
    int kernel = config.integer("linear_conv_kernel_dim", 1, Shape.MAX_HEAD_SIZE);
    long keys = (long) keyHeads * keySize;
    long values = (long) valueHeads * valueSize;
    // Queries, keys, values and their output gate, two gates a value head, convolution, output.
    long weights = shape.hidden() * (2 * keys + 2 * values + 2L * valueHeads);
    weights += (2 * keys + values) * kernel + 2L * valueHeads + valueSize;
    weights += values * shape.hidden();
    return new AttentionSpec(AttentionKind.LINEAR, weights, 0, 0, Integer.MAX_VALUE);
  }
}
