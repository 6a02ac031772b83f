package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.cost.serving.TextClumping;
import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;

/**
 * Seconds that parts of one layer take on one device for a number of tokens of one microbatch.
 *
 * <p>A matrix product with all of a device's tokens is a roofline (Williams and others, CACM 2009):
 * max(weight bytes / bandwidth, 2 x weights x tokens / rate). A routed expert is affine instead:
 * weight read plus arithmetic, because many small products one after another overlap little; it is
 * never below the roofline and at most twice it.
 */
public final class StepCost {
  private final ModelSpec model;
  private final int contextTokens;
  private final int promptTokens;
  private final int readTokens;
  private final int outputTokens;
  private final double redundantExpertShare;

  /** Latent attention over a prompt is not absorbed: (128 + 64 + 128) of (2 x 512 + 64). */
  private static final double PLAIN_OVER_ABSORBED = 320.0 / 1088;

  public StepCost(ModelSpec model, Workload workload) {
    this(model, workload.contextTokens(), 0, 0, 0, 0);
  }

  private StepCost(
      ModelSpec model,
      int contextTokens,
      int promptTokens,
      int readTokens,
      int outputTokens,
      double redundantExpertShare) {
    this.model = model;
    this.contextTokens = contextTokens;
    this.promptTokens = promptTokens;
    this.readTokens = readTokens;
    this.outputTokens = outputTokens;
    this.redundantExpertShare = redundantExpertShare;
  }

  /**
   * The same for reading prompts: a token attends to half of its prompt on average, cached tokens
   * are read once for many, and only the last token of a prompt goes through the head.
   */
  public static StepCost ofPrompts(ModelSpec model, int promptTokens) {
    return new StepCost(model, Math.max(1, promptTokens / 2), promptTokens, 0, 0, 0);
  }

  /** The same for batches in which prompts are read between decoded tokens. */
  public StepCost between(int prompt, int output) {
    return new StepCost(model, contextTokens, promptTokens, prompt, output, redundantExpertShare);
  }

  /** The same where up to so many more replicas than experts divide hot ones. */
  public StepCost withRedundancy(double share) {
    return new StepCost(model, contextTokens, promptTokens, readTokens, outputTokens, share);
  }

  public ModelSpec model() {
    return model;
  }

  /**
   * Variance over squared mean of an expert's tokens from microbatch to microbatch, beyond the
   * chance of single tokens: a text for each sequence and prompts read between, or prompts alone.
   */
  public double clumping(double tokens) {
    if (promptTokens > 0) {
      return TextClumping.ofTexts(tokens / promptTokens);
    }
    return outputTokens > 0
        ? TextClumping.of(tokens, readTokens, outputTokens)
        : TextClumping.of(tokens, contextTokens);
  }

  /** Replicas that the experts of a layer may have together. */
  double mostReplicas(LayerSpec layer) {
    return layer.routedExperts() * (1 + redundantExpertShare);
  }

  /** Projections, norms and router. */
  public double projectionSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens) {
    return projectionSeconds(layer, rates, precision, tokens, 1);
  }

  private double projectionSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens, int tensorParallel) {
    long weights =
        Math.ceilDiv(layer.attention().parameters(), tensorParallel)
            + layer.routerParameters()
            + layer.normParameters();
    return productSeconds(weights, rates, precision, tokens);
  }

  /** Attention of each token over its cached context, in 16 bits: cache read or arithmetic. */
  public double coreSeconds(LayerSpec layer, DeviceRates rates, double tokens) {
    return coreSeconds(layer, rates, tokens, 1);
  }

  private double coreSeconds(
      LayerSpec layer, DeviceRates rates, double tokens, int tensorParallel) {
    AttentionSpec attention = layer.attention();
    double attended = (double) tokens * Math.min(contextTokens, attention.windowTokens());
    double bytes =
        attended
            * attention.kvElementsPerToken()
            * model.kvPrecision().bytesPerWeight()
            / Math.min(tensorParallel, attention.cacheParts());
    double operations = attended * attention.flopsPerContextToken() / tensorParallel;
    if (promptTokens > 0) {
      boolean latent = attention.kind() == AttentionKind.MLA;
      double plain = operations * (latent ? PLAIN_OVER_ABSORBED : 1);
      return rates.scale().attention() * plain / rates.coreOpsPerSecond();
    }
    return rates.scale().attention()
        * Math.max(bytes / rates.memoryBytesPerSecond(), operations / rates.coreOpsPerSecond());
  }

  /** Dense feed-forward or shared experts. */
  public double denseSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens) {
    return productSeconds(layer.denseParameters(), rates, precision, tokens);
  }

  /** All that a layer does on a device besides routed experts. */
  public double baseSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens) {
    return projectionSeconds(layer, rates, precision, tokens)
        + coreSeconds(layer, rates, tokens)
        + denseSeconds(layer, rates, precision, tokens);
  }

  /**
   * The same for a device that divides attention and dense layers with others: all of them work on
   * the same tokens, each with its part of the weights. Keys and values are divided by heads, as
   * far as there are any; router and norms are not divided.
   *
   * @param tokens of all of them together
   */
  public double baseSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens, int tensorParallel) {
    long dense = Math.ceilDiv(layer.denseParameters(), tensorParallel);
    return projectionSeconds(layer, rates, precision, tokens, tensorParallel)
        + coreSeconds(layer, rates, tokens, tensorParallel)
        + productSeconds(dense, rates, precision, tokens);
  }

  /** The part of {@link #baseSeconds} that grows with tokens: arithmetic and reading the cache. */
  public double workSeconds(
      LayerSpec layer, DeviceRates rates, Precision precision, double tokens) {
    long weights =
        layer.attention().parameters()
            + layer.routerParameters()
            + layer.normParameters()
            + layer.denseParameters();
    return rates.scale().attention() * 2.0 * weights * tokens / rates.opsPerSecond(precision)
        + coreSeconds(layer, rates, tokens);
  }

  /** Reading one routed expert's weights once. */
  public double expertReadSeconds(LayerSpec layer, DeviceRates rates, Precision precision) {
    return rates.scale().experts()
        * layer.expertParameters()
        * MemoryModel.bytesPerWeight(precision)
        / rates.memoryBytesPerSecond();
  }

  /**
   * One token in one routed expert: arithmetic, and its rows going in and out of each product, as
   * the calibrated kernels move them (see {@link dev.hejin.scheduler.cost.kernel.ExpertKernel}).
   */
  public double expertTokenSeconds(LayerSpec layer, DeviceRates rates, Precision precision) {
    double inter = layer.expertParameters() / 3.0 / model.hiddenSize();
    double moved = precision.bits() > 8 ? CostConstants.MOVED : CostConstants.NARROW_MOVED;
    return rates.scale().experts()
        * (2.0 * layer.expertParameters() / rates.opsPerSecond(precision)
            + moved * 2 * (model.hiddenSize() + inter) / rates.memoryBytesPerSecond());
  }

  /** Output head in 16 bits. */
  public double headSeconds(DeviceRates rates, double stageTokens) {
    return headSeconds(rates, stageTokens, 1);
  }

  /** The same of a device that divides the vocabulary with others. */
  public double headSeconds(DeviceRates rates, double stageTokens, int tensorParallel) {
    long weights = Math.ceilDiv(model.embeddingParameters(), tensorParallel);
    double tokens = promptTokens > 0 ? stageTokens / promptTokens : stageTokens;
    return Math.max(
        2.0 * weights / rates.memoryBytesPerSecond(),
        2.0 * weights * tokens / rates.coreOpsPerSecond());
  }

  /** Chance that at least one of {@code tokens} expected (Poisson) tokens reaches an expert. */
  public static double touched(double tokens) {
    return -Math.expm1(-tokens);
  }

  private static double productSeconds(
      long weights, DeviceRates rates, Precision precision, double tokens) {
    return rates.scale().attention()
        * Math.max(
            weights * MemoryModel.bytesPerWeight(precision) / rates.memoryBytesPerSecond(),
            2.0 * weights * tokens / rates.opsPerSecond(precision));
  }
}
