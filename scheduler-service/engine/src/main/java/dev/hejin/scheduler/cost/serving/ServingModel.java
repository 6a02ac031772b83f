package dev.hejin.scheduler.cost.serving;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;

/**
 * A model summed over its layers.
 *
 * @param name of the model
 * @param hidden width of the residual stream
 * @param layers of any kind
 * @param baseParameters attention, dense feed-forward, shared experts, routers and norms
 * @param attentionParameters of these, projections of attention
 * @param headParameters embedding and head together
 * @param moeLayers layers with routed experts
 * @param experts routed experts of one layer; 0 for a dense model
 * @param expertsPerToken experts that one token is sent to
 * @param expertParameters of one routed expert
 * @param caches attention layers with a cache, summed by window
 * @param prefillOpsPerPair operations of one query token for each token before it in prefill
 * @param keyValueHeads that tensor parallelism can divide the cache by
 * @param mostNodes nodes that one token's experts may be on: groups of group-limited routing
 * @param predictionLayers multi-token prediction modules
 */
public record ServingModel(
    String name,
    int hidden,
    int layers,
    double baseParameters,
    double attentionParameters,
    double headParameters,
    int moeLayers,
    int experts,
    int expertsPerToken,
    double expertParameters,
    Caches caches,
    double prefillOpsPerPair,
    int keyValueHeads,
    int mostNodes,
    int predictionLayers) {
  private static final double TYPICAL_HEAD_SIZE = 128;

  /** Prefill of latent attention is not absorbed: (128 + 64 + 128) of (2 x 512 + 64) operations. */
  private static final double PLAIN_OVER_ABSORBED = 320.0 / 1088;

  /** Weights of dense and shared feed-forward, routers and norms. */
  double feedForwardParameters() {
    return baseParameters - attentionParameters;
  }

  /**
   * @param fullElements cached elements of one token in layers that attend to all
   * @param windowElements the same in layers with a window
   * @param window tokens that those attend to
   * @param fullOps operations of one query token for each cached token, layers that attend to all
   * @param windowOps the same in layers with a window
   */
  public record Caches(
      double fullElements, double windowElements, double window, double fullOps, double windowOps) {
    double elementsRead(double context) {
      return fullElements * context + windowElements * Math.min(window, context);
    }

    double ops(double context) {
      return fullOps * context + windowOps * Math.min(window, context);
    }
  }

  /** Sums a model up; sparse and compressed attention read what their window says. */
  public static ServingModel of(ModelSpec model) {
    double base = 0;
    double projections = 0;
    double[] cache = new double[5];
    double prefill = 0;
    double widest = 0;
    boolean shared = false;
    for (LayerSpec layer : model.layers()) {
      AttentionSpec attention = layer.attention();
      base += layer.baseParameters();
      projections += attention.parameters();
      boolean windowed = attention.windowTokens() < Integer.MAX_VALUE;
      cache[windowed ? 1 : 0] += attention.kvElementsPerToken();
      cache[windowed ? 4 : 3] += attention.flopsPerContextToken();
      cache[2] = windowed ? Math.max(cache[2], attention.windowTokens()) : cache[2];
      boolean latent = attention.kind() == AttentionKind.MLA;
      shared |= latent || attention.kind() == AttentionKind.COMPRESSED;
      if (!windowed || latent) {
        prefill += attention.flopsPerContextToken() * (latent ? PLAIN_OVER_ABSORBED : 1);
      }
      widest = Math.max(widest, attention.kvElementsPerToken());
    }
    LayerSpec moe = model.layers().stream().filter(LayerSpec::isMoe).findFirst().orElse(null);
    return new ServingModel(
        model.name(),
        model.hiddenSize(),
        model.layers().size(),
        base,
        projections,
        2.0 * model.embeddingParameters(),
        (int) model.layers().stream().filter(LayerSpec::isMoe).count(),
        moe == null ? 0 : moe.routedExperts(),
        moe == null ? 0 : moe.expertsPerToken(),
        moe == null ? 0 : moe.expertParameters(),
        new Caches(cache[0], cache[1], cache[2], cache[3], cache[4]),
        prefill,
        shared ? 1 : (int) Math.max(1, Math.round(widest / 2 / TYPICAL_HEAD_SIZE)),
        moe == null || moe.expertGroups() == 1 ? Integer.MAX_VALUE : moe.expertGroupsPerToken(),
        model.predictionLayers());
  }
}
