package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * DeepSeek-V2 and V3, Kimi-K2, and with a sparse indexer DeepSeek-V3.2 and GLM-5: multi-head latent
 * attention, a dense prefix, then MoE layers with shared experts.
 *
 * <p>One token leaves {@code kv_lora_rank + qk_rope_head_dim} elements in a layer's cache
 * (arXiv:2405.04434, section 2.1). In the absorbed form a head scores with all of them and reads
 * back {@code kv_lora_rank}, so a cached token costs {@code heads * (2 * kv_lora_rank + rope) * 2}.
 *
 * <p>Sparse indexer (DeepSeek-V3.2-Exp report, "DeepSeek Sparse Attention"): a small scorer keeps
 * the {@code index_topk} best tokens, which becomes {@code windowTokens}. Its keys, one head of
 * {@code index_head_dim}, are cached for every token. Its own scoring visits every cached token and
 * so does not fit in a cost that is bounded by the window; an assumption states it.
 */
final class LatentFamily implements ModelFamily {

  @Override
  public ImportedLayers read(HuggingFaceConfig config, Shape shape) {
    List<String> assumptions = new ArrayList<>();
    AttentionSpec attention = attention(config, shape, assumptions);
    Experts experts = Experts.read(config);
    int prefix = config.integerOr("first_k_dense_replace", 0, 0, Integer.MAX_VALUE);
    if (prefix > shape.layers()) {
      throw config.refuse(
          "first_k_dense_replace",
          ", more than num_hidden_layers which is " + shape.layers(),
          "the two come from different files.");
    }
    int every = config.integerOr("moe_layer_freq", 1, 1, Shape.MAX_LAYERS);
    int expertWidth = config.width("moe_intermediate_size");
    int sharedExperts = config.integerOr("n_shared_experts", 0, 0, Shape.MAX_EXPERTS);
    boolean corrected = config.text("topk_method").filter("noaux_tc"::equals).isPresent();
    long router = (long) shape.hidden() * experts.count() + (corrected ? experts.count() : 0);
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      if (index < prefix || index % every != 0) {
        long feedForward = shape.gatedFeedForward(config.width("intermediate_size"));
        layers.add(Experts.dense(index, attention, feedForward, shape.blockNorms()));
      } else {
        long expert = shape.gatedFeedForward(expertWidth);
        layers.add(
            experts.layer(
                index, attention, sharedExperts * expert, router, shape.blockNorms(), expert));
      }
    }
    int predictions = config.integerOr("num_nextn_predict_layers", 0, 0, 64);
    return new ImportedLayers(layers, shape.hidden(), predictions, assumptions);
  }

  private static AttentionSpec attention(
      HuggingFaceConfig config, Shape shape, List<String> assumptions) {
    long hidden = shape.hidden();
    long heads = shape.heads();
    int latent = config.width("kv_lora_rank");
    int rope = config.integer("qk_rope_head_dim", 1, Shape.MAX_HEAD_SIZE);
    int plain = config.integer("qk_nope_head_dim", 1, Shape.MAX_HEAD_SIZE);
    int value = config.integer("v_head_dim", 1, Shape.MAX_HEAD_SIZE);
    long query = heads * (plain + rope);
    long weights;
    if (config.has("q_lora_rank")) {
      long rank = config.width("q_lora_rank");
      weights = hidden * rank + rank + rank * query;
    } else {
      weights = hidden * query;
    }
    weights += hidden * (latent + rope) + latent;
    weights += latent * heads * (plain + value);
    weights += heads * value * hidden;
    if (config.flag("attention_bias", false)) {
      weights += config.integerOr("q_lora_rank", 0, 1, HuggingFaceConfig.MAX_WIDTH);
      weights += latent + rope + hidden;
    }
    int window = Integer.MAX_VALUE;
    int cached = latent + rope;
    if (config.has("index_topk")) {
      int indexHeads = config.integer("index_n_heads", 1, Shape.MAX_HEADS);
      int indexSize = config.integer("index_head_dim", 1, Shape.MAX_HEAD_SIZE);
      window = config.integer("index_topk", 1, Integer.MAX_VALUE);
      // Query projection, key projection with a biased layer norm, weights of the index heads.
      weights += config.width("q_lora_rank") * (long) indexHeads * indexSize;
      weights += hidden * indexSize + 2L * indexSize + hidden * indexHeads;
      cached += indexSize;
      assumptions.add(
          "sparse indexer: each query also scores every cached token, "
              + 2L * indexHeads * indexSize
              + " operations per cached token and layer; not in flopsPerContextToken, which is"
              + " bounded by the window of "
              + window);
      assumptions.add(
          "sparse indexer: its "
              + indexSize
              + " key elements per token and layer are counted at the cache's precision; engines"
              + " that keep them in FP8 need less");
    }
    double flops = heads * (2.0 * latent + rope) * 2;
    return new AttentionSpec(AttentionKind.MLA, weights, cached, flops, window);
  }
}
