package dev.hejin.scheduler.importer;

import static dev.hejin.scheduler.importer.GroupedAttention.Bias.AS_STATED;
import static dev.hejin.scheduler.importer.GroupedAttention.Bias.INPUTS;
import static dev.hejin.scheduler.importer.GroupedAttention.QueryKeyNorm.NONE;
import static dev.hejin.scheduler.importer.GroupedAttention.QueryKeyNorm.PER_HEAD;
import static dev.hejin.scheduler.importer.GroupedAttention.QueryKeyNorm.PER_LAYER;

import dev.hejin.scheduler.importer.GroupedAttention.Bias;
import dev.hejin.scheduler.importer.GroupedAttention.QueryKeyNorm;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Llama-like models, dense or with experts: grouped-query attention and gated feed-forwards.
 *
 * @param norm of queries and keys
 * @param bias of the attention projections
 * @param moe whether the model has experts
 * @param biasedExperts sinks in attention, biases in router and experts (gpt-oss)
 * @param assumption to note with every model; empty for none
 */
record GroupedFamily(
    QueryKeyNorm norm, Bias bias, Moe moe, boolean biasedExperts, String assumption)
    implements ModelFamily {

  /** Whether a config must, may or cannot describe experts. */
  enum Moe {
    NO,
    YES,
    AS_STATED
  }

  static final GroupedFamily LLAMA = new GroupedFamily(NONE, AS_STATED, Moe.NO, false, "");
  static final GroupedFamily QWEN2 = new GroupedFamily(NONE, INPUTS, Moe.NO, false, "");
  static final GroupedFamily QWEN3 = new GroupedFamily(PER_HEAD, AS_STATED, Moe.NO, false, "");
  static final GroupedFamily QWEN3_MOE = new GroupedFamily(PER_HEAD, AS_STATED, Moe.YES, false, "");
  static final GroupedFamily MIXTRAL = new GroupedFamily(NONE, AS_STATED, Moe.YES, false, "");
  static final GroupedFamily GPT_OSS = new GroupedFamily(NONE, AS_STATED, Moe.YES, true, "");
  static final GroupedFamily GLM4_MOE = new GroupedFamily(NONE, INPUTS, Moe.YES, false, "");
  static final GroupedFamily MINIMAX = new GroupedFamily(PER_LAYER, AS_STATED, Moe.YES, false, "");

  /** For a model type that is not known here; the layout is a guess. */
  static GroupedFamily guess(String modelType) {
    return new GroupedFamily(
        NONE,
        AS_STATED,
        Moe.AS_STATED,
        false,
        "model type '"
            + modelType
            + "' is not known: read as a Llama-like model with gated feed-forwards; norms and"
            + " biases that its config does not name are not counted");
  }

  @Override
  public ImportedLayers read(HuggingFaceConfig config, Shape shape) {
    if (biasedExperts && !config.has("layer_types")) {
      throw config.missing("layer_types");
    }
    QueryKeyNorm applied = norm == PER_LAYER && !config.flag("use_qk_norm", true) ? NONE : norm;
    GroupedAttention attention = GroupedAttention.read(config, shape, applied, bias, biasedExperts);
    List<Integer> windows = shape.windows(config);
    boolean hasExperts = moe == Moe.YES || (moe == Moe.AS_STATED && Experts.stated(config));
    List<LayerSpec> layers =
        hasExperts
            ? mixed(config, shape, attention, windows)
            : dense(config, shape, attention, windows);
    List<String> assumptions = new ArrayList<>();
    if (!assumption.isEmpty()) {
      assumptions.add(assumption);
    }
    assumptions.addAll(windowAssumptions(windows));
    return new ImportedLayers(layers, shape.hidden(), predictionLayers(config), assumptions);
  }

  /** What to note when queries of some layers see only part of the context. */
  static List<String> windowAssumptions(List<Integer> windows) {
    return windows.stream().allMatch(window -> window == Integer.MAX_VALUE)
        ? List.of()
        : List.of(
            "windowed layers are counted with a cache of the whole context; engines that drop"
                + " what left the window need less");
  }

  private static List<LayerSpec> dense(
      HuggingFaceConfig config, Shape shape, GroupedAttention attention, List<Integer> windows) {
    long feedForward = denseFeedForward(config, shape);
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      AttentionSpec windowed = attention.within(windows.get(index));
      layers.add(Experts.dense(index, windowed, feedForward, shape.blockNorms()));
    }
    return layers;
  }

  private static long denseFeedForward(HuggingFaceConfig config, Shape shape) {
    int width = config.width("intermediate_size");
    long biases = config.flag("mlp_bias", false) ? 2L * width + shape.hidden() : 0;
    return shape.gatedFeedForward(width) + biases;
  }

  private List<LayerSpec> mixed(
      HuggingFaceConfig config, Shape shape, GroupedAttention attention, List<Integer> windows) {
    Experts experts = Experts.read(config);
    int width = config.width(config.firstOf("moe_intermediate_size", "intermediate_size"));
    long expert = shape.gatedFeedForward(width);
    long router = (long) shape.hidden() * experts.count();
    if (biasedExperts) {
      expert += 2L * width + shape.hidden();
      router += experts.count();
    }
    if (config.flag("use_routing_bias", false)) {
      router += experts.count();
    }
    long shared = sharedExpert(config, shape);
    int every = config.integerOr("decoder_sparse_step", 1, 1, Shape.MAX_LAYERS);
    List<Integer> denseOnly =
        config.has("mlp_only_layers")
            ? config.integers("mlp_only_layers", 0, shape.layers() - 1)
            : List.of();
    int firstDense = config.integerOr("first_k_dense_replace", 0, 0, Shape.MAX_LAYERS);
    List<LayerSpec> layers = new ArrayList<>(shape.layers());
    for (int index = 0; index < shape.layers(); index++) {
      AttentionSpec windowed = attention.within(windows.get(index));
      if (index < firstDense || denseOnly.contains(index) || (index + 1) % every != 0) {
        long feedForward = denseFeedForward(config, shape);
        layers.add(Experts.dense(index, windowed, feedForward, shape.blockNorms()));
      } else {
        layers.add(experts.layer(index, windowed, shared, router, shape.blockNorms(), expert));
      }
    }
    return layers;
  }

  private static long sharedExpert(HuggingFaceConfig config, Shape shape) {
    if (config.has("n_shared_experts")) {
      long shared = config.integer("n_shared_experts", 0, Shape.MAX_EXPERTS);
      return shared * shape.gatedFeedForward(config.width("moe_intermediate_size"));
    }
    String field = config.firstOf("shared_expert_intermediate_size", "shared_intermediate_size");
    return shape.gatedFeedForward(config.integerOr(field, 0, 0, HuggingFaceConfig.MAX_WIDTH));
  }

  private static int predictionLayers(HuggingFaceConfig config) {
    if (config.has("num_mtp_modules")) {
      int modules = config.integer("num_mtp_modules", 0, 64);
      return config.flag("use_mtp", true) ? modules : 0;
    }
    return config.integerOr("num_nextn_predict_layers", 0, 0, 64);
  }
}
