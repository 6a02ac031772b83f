package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * DeepSeek-V4: one shared KV head that is compressed along the sequence, hyper-connections, MoE in
 * every layer. Shapes follow the published checkpoint and the model's technical report
 * (arXiv:2606.19348).
 *
 * <p>{@code compress_ratios} gives each layer its kind: 0 keeps a sliding window only; 4 pools four
 * tokens into one entry and lets an indexer choose {@code index_topk} entries; 128 pools 128 tokens
 * and attends to every entry. Counted per token of context, a layer of ratio r therefore caches
 * {@code head_dim / r} elements and costs {@code heads * head_dim * 4 / r}, and a window of {@code
 * index_topk} entries spans {@code index_topk * r} tokens.
 */
final class CompressedFamily implements ModelFamily {
  private static final int INDEXED_RATIO = 4;
  private static final int HEAVY_RATIO = 128;

  @Override
  public ImportedLayers read(HuggingFaceConfig config, Shape shape) {
    int kvHeads = config.integer("num_key_value_heads", 1, Shape.MAX_HEADS);
    if (kvHeads != 1) {
      throw config.refuse(
          "num_key_value_heads",
          ", but this architecture shares one KV head",
          "model_type is not the right one for this file.");
    }
    int predictions = config.integerOr("num_nextn_predict_layers", 0, 0, 64);
    List<Integer> ratios = ratios(config, shape, predictions);
    Experts experts = Experts.read(config);
    long expert = shape.gatedFeedForward(config.width("moe_intermediate_size"));
    long shared = expert * config.integerOr("n_shared_experts", 0, 0, Shape.MAX_EXPERTS);
    int hashed = config.integerOr("num_hash_layers", 0, 0, shape.layers());
    int streams = config.integer("hc_mult", 1, 64);
    long mixes = (2L + streams) * streams;
    // Attention and feed-forward each mix the residual streams: projection, base, three scales.
    long connections = 2 * (mixes * streams * shape.hidden() + mixes + 3);
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      // Hash layers have no correction bias: a fixed table names the experts.
      long router =
          (long) shape.hidden() * experts.count() + (index < hashed ? 0 : experts.count());
      layers.add(
          experts.layer(
              index,
              attention(config, shape, ratios.get(index)),
              shared,
              router,
              shape.blockNorms() + connections,
              expert));
    }
    long headMix = (long) streams * streams * shape.hidden() + streams + 1;
    return new ImportedLayers(
        layers, shape.hidden() + headMix, predictions, assumptions(config, shape, hashed));
  }

  private static List<Integer> ratios(HuggingFaceConfig config, Shape shape, int predictions) {
    List<Integer> ratios = config.integers("compress_ratios", 0, Integer.MAX_VALUE);
    if (ratios.size() != shape.layers() && ratios.size() != shape.layers() + predictions) {
      throw config.refuse(
          "compress_ratios",
          ", of length "
              + ratios.size()
              + ", but num_hidden_layers is "
              + shape.layers()
              + " and num_nextn_predict_layers is "
              + predictions,
          "layers were removed without their ratios.");
    }
    for (int ratio : ratios) {
      if (ratio != 0 && ratio != INDEXED_RATIO && ratio != HEAVY_RATIO) {
        throw config.refuse(
            "compress_ratios",
            " and holds " + ratio + ", which is not one of 0, 4, 128",
            "the file describes a newer architecture.");
      }
    }
    return ratios;
  }

  private static AttentionSpec attention(HuggingFaceConfig config, Shape shape, int ratio) {
    int size = config.integer("head_dim", 1, Shape.MAX_HEAD_SIZE);
    double flops = shape.heads() * (double) size * 4;
    long weights = projections(config, shape, size);
    if (ratio == 0) {
      int window = config.integer("sliding_window", 1, Integer.MAX_VALUE);
      return new AttentionSpec(AttentionKind.COMPRESSED, weights, size, flops, window);
    }
    weights += compressor(shape, size, ratio);
    double cached = (double) size / ratio;
    int window = Integer.MAX_VALUE;
    if (ratio == INDEXED_RATIO) {
      int indexHeads = config.integer("index_n_heads", 1, Shape.MAX_HEADS);
      int indexSize = config.integer("index_head_dim", 1, Shape.MAX_HEAD_SIZE);
      weights += config.width("q_lora_rank") * (long) indexHeads * indexSize;
      weights += (long) shape.hidden() * indexHeads + compressor(shape, indexSize, ratio);
      cached += (double) indexSize / ratio;
      window = ratio * config.integer("index_topk", 1, Integer.MAX_VALUE / ratio);
    }
    return new AttentionSpec(AttentionKind.COMPRESSED, weights, cached, flops / ratio, window);
  }

  private static long projections(HuggingFaceConfig config, Shape shape, int size) {
    long hidden = shape.hidden();
    long queries = (long) shape.heads() * size;
    long rank = config.width("q_lora_rank");
    long groups = config.integer("o_groups", 1, Shape.MAX_HEADS);
    if (shape.heads() % groups != 0) {
      throw config.refuse(
          "o_groups",
          ", which does not divide num_attention_heads which is " + shape.heads(),
          "the two come from different files.");
    }
    long outputRank = config.width("o_lora_rank");
    long query = hidden * rank + rank + rank * queries;
    long keyValue = hidden * size + size;
    // Each group projects its own heads to the rank; all ranks together go back to the stream.
    long output = outputRank * queries + groups * outputRank * hidden;
    long sinks = shape.heads();
    return query + keyValue + output + sinks;
  }

  /** KV and gate projections, position table and norm; ratio 4 overlaps two windows. */
  private static long compressor(Shape shape, int size, int ratio) {
    long width = (ratio == INDEXED_RATIO ? 2L : 1L) * size;
    return 2 * width * shape.hidden() + ratio * width + size;
  }

  private static List<String> assumptions(HuggingFaceConfig config, Shape shape, int hashed) {
    int size = config.integer("head_dim", 1, Shape.MAX_HEAD_SIZE);
    int window = config.integer("sliding_window", 1, Integer.MAX_VALUE);
    long indexWork =
        2L
            * config.integer("index_n_heads", 1, Shape.MAX_HEADS)
            * config.integer("index_head_dim", 1, Shape.MAX_HEAD_SIZE)
            / INDEXED_RATIO;
    List<String> assumptions = new ArrayList<>();
    assumptions.add(
        "compressed layers also keep and attend to the last "
            + window
            + " tokens uncompressed: "
            + (long) window * size
            + " elements of each sequence and layer and "
            + 4L * window * shape.heads() * size
            + " operations of each query and layer; not in kvElementsPerToken or"
            + " flopsPerContextToken, which grow with the context");
    assumptions.add(
        "indexer of ratio-4 layers: each query also scores every compressed entry, "
            + indexWork
            + " operations per token of context; not in flopsPerContextToken");
    assumptions.add("cache counted at one precision; engines may keep index keys in fewer bits");
    if (hashed > 0) {
      assumptions.add(
          "the first "
              + hashed
              + " layers choose experts by a token table, which is not counted as weights");
    }
    return assumptions;
  }
}
