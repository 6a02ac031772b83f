package dev.hejin.scheduler.cost.serving;

import static dev.hejin.scheduler.cost.serving.ServingParameters.APART;
import static dev.hejin.scheduler.cost.serving.ServingParameters.ATTENTION;
import static dev.hejin.scheduler.cost.serving.ServingParameters.CACHE;
import static dev.hejin.scheduler.cost.serving.ServingParameters.DECODE;
import static dev.hejin.scheduler.cost.serving.ServingParameters.DISTURB;
import static dev.hejin.scheduler.cost.serving.ServingParameters.LAYER;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MEMORY;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MOE_LAYER;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MOVED;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MOVED_EXPERT;
import static dev.hejin.scheduler.cost.serving.ServingParameters.PREFILL;
import static dev.hejin.scheduler.cost.serving.ServingParameters.PREFILL_STEP;
import static dev.hejin.scheduler.cost.serving.ServingParameters.SEQUENCE;
import static dev.hejin.scheduler.cost.serving.ServingParameters.SKEW;
import static dev.hejin.scheduler.cost.serving.ServingParameters.SPECULATION;
import static dev.hejin.scheduler.cost.serving.ServingParameters.SPECULATION_APART;
import static dev.hejin.scheduler.cost.serving.ServingParameters.STEP;

import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import java.util.List;

/**
 * Time per output token of a serving engine under continuous batching (Orca, OSDI 2022):
 *
 * <pre>
 * token = step + disturb (held - 1) / output tokens x prefill of one request
 * step  = launches + weights + experts + cache + exchanges
 * </pre>
 *
 * <p>Weights are read once a step; an expert only when one of the step's tokens goes to it, which
 * happens to 1 - (1 - k / E)^tokens of them; work is added to reading, not hidden behind it. Rows
 * are moved between products. Devices that have experts of their own wait for the fullest ({@link
 * UnevenExperts}). Where prefill shares the devices, each request waits in its decode for the
 * prefills of all others that come meanwhile; where all go in step, for those that are read after
 * it, half of them in the mean. Exchanges: {@link ServingExchange}. Whether an engine speculated
 * (multi-token prediction) is often not known; models with prediction layers get a fitted factor
 * unless the case says that it did not, or how ({@link #speculatingSeconds}).
 */
public final class ServingCurve {
  private static final double USABLE_MEMORY = 0.88;
  private static final double LEAST_FREE = 0.05;
  private static final double ATTENTION_IN_DECODE = 0.6;

  /** Of requests that start together, those that are read after one of them, in the mean. */
  private static final double LATER_OF_A_WAVE = 0.5;

  private final ParameterValues values;

  public ServingCurve(ParameterValues values) {
    this.values = values;
  }

  /** What a calibration fits. */
  public static List<Parameter> fitted() {
    return ServingParameters.ALL;
  }

  /** Seconds between two tokens of a request. */
  public double tokenSeconds(ServingCase given) {
    DecodeStep step = step(given);
    int engine = given.engine().ordinal();
    boolean may = given.model().predictionLayers() > 0 && !given.plain();
    if (given.aggregated()) {
      return (step.seconds() + waitSeconds(given, step))
          * (may ? values.get(SPECULATION + engine) : 1);
    }
    double factor = may && !given.complete() ? values.get(SPECULATION_APART + engine) : 1;
    return step.seconds() * values.get(APART + engine) * factor;
  }

  /** What one token waits for prefills of others on the same devices. */
  private double waitSeconds(ServingCase given, DecodeStep step) {
    double others = Math.max(0, step.held() - 1) / given.outputTokens();
    if (given.lockstep()) {
      others *= LATER_OF_A_WAVE;
    }
    return values.get(DISTURB + given.engine().ordinal()) * others * prefillSeconds(given);
  }

  /**
   * Seconds between two tokens of a request when prediction modules propose some (DeepSeek-V3
   * report, section 2.2) and one step checks all of them: weights and cache are read once, work and
   * exchanges are done for each. A proposal costs a layer and the head.
   *
   * @param proposed tokens of each step, 0 or more
   * @param acceptance chance that a proposal is kept when all before it were, 0 to 1
   */
  public double speculatingSeconds(ServingCase given, int proposed, double acceptance) {
    if (proposed < 0 || !(acceptance >= 0 && acceptance <= 1)) {
      throw new IllegalArgumentException(
          "speculation of "
              + proposed
              + " tokens with acceptance "
              + acceptance
              + "\nMaybe a share between 0 and 1, for example 0.85.");
    }
    DecodeStep one = step(given);
    double seconds = step(given, 1 + proposed).seconds();
    seconds += proposed * one.seconds() / given.model().layers();
    double kept = 1;
    double chance = 1;
    for (int i = 0; i < proposed; i++) {
      chance *= acceptance;
      kept += chance;
    }
    double waits = given.aggregated() ? waitSeconds(given, one) : 0;
    double apart = given.aggregated() ? 1 : values.get(APART + given.engine().ordinal());
    return seconds * apart / kept + waits;
  }

  /** One decode step of a replica. */
  public DecodeStep step(ServingCase given) {
    return step(given, 1);
  }

  private DecodeStep step(ServingCase given, int tokensPerSequence) {
    ServingModel model = given.model();
    ServingDevice device = given.device();
    Layout layout = given.layout();
    int tp = layout.tensorParallel();
    int dp = layout.dataParallel();
    int pp = layout.pipelineParallel();
    double asked = given.concurrency() / given.workers() / dp / pp;
    double sequences = Math.min(asked, Math.max(1, capacity(given) / pp));
    double rows = sequences * tokensPerSequence;
    double context = given.inputTokens() + given.outputTokens() / 2;
    int engine = given.engine().ordinal();
    double memory = device.memoryBytesPerSecond() * values.get(MEMORY);

    int moe = model.moeLayers();
    double launches =
        (model.layers() - moe) * values.get(LAYER + engine)
            + moe * values.get(MOE_LAYER + engine)
            + values.get(STEP + engine)
            + sequences * values.get(SEQUENCE + engine);
    double head = model.headParameters() / 2 / tp;
    UnevenExperts uneven = UnevenExperts.of(given, layout);
    double skew = uneven.skew(values.get(SKEW), rows * dp, sequences * dp);
    double dense =
        (baseBytes(given) / tp + head * 2) / memory
            + 2 * rows * model.attentionParameters() / tp / rate(given.attentionFormat(), device)
            + 2 * rows * model.feedForwardParameters() / tp / rate(given.format(), device)
            + 2 * rows * head / rate(WeightFormat.WIDE, device)
            + rows * movedBytes(given, layout, skew) / device.memoryBytesPerSecond();
    double attention = attentionSeconds(given, sequences, tokensPerSequence, context);
    double experts = expertSeconds(given, rows * dp, memory, skew);
    double exchange = new ServingExchange(values).seconds(given, layout, rows);
    double hidden =
        ServingExchange.hiddenSeconds(layout, rows, dense + experts + attention, exchange);
    return new DecodeStep(
        sequences, sequences * dp * pp, launches, dense, experts, attention, exchange - hidden);
  }

  private double rate(WeightFormat format, ServingDevice device) {
    return format.peak(device) * values.get(DECODE + format.family());
  }

  /** Bytes of a cached element: checkpoints in 8 or 4 bits cache in 8. */
  private static double cacheBytes(ServingCase given) {
    return given.format() == WeightFormat.WIDE ? 2 : 1;
  }

  private double prefillRate(WeightFormat format, ServingDevice device) {
    return format.peak(device) * values.get(PREFILL + format.family());
  }

  /** Bytes of all weights besides routed experts and head. */
  private static double baseBytes(ServingCase given) {
    ServingModel model = given.model();
    return model.attentionParameters() * given.attentionFormat().bytesPerWeight()
        + model.feedForwardParameters() * given.format().bytesPerWeight();
  }

  private double expertSeconds(ServingCase given, double tokens, double memory, double skew) {
    ServingModel model = given.model();
    if (model.experts() == 0) {
      return 0;
    }
    Layout layout = given.layout();
    double share = (double) model.expertsPerToken() / model.experts();
    double untouched = Math.pow(1 - share, tokens);
    double touched =
        UnevenExperts.of(given, layout).touched(layout.expertParallel(), 1 - untouched);
    double weights = model.expertParameters() / layout.expertTensorParallel();
    double read = touched * weights * given.expertFormat().bytesPerWeight() / memory;
    double work = 2 * tokens * model.expertsPerToken() / layout.expertParallel() * weights;
    work *= skew;
    return model.moeLayers() * (read + work / rate(given.expertFormat(), given.device()));
  }

  private double attentionSeconds(
      ServingCase given, double sequences, int tokensPerSequence, double context) {
    ServingModel model = given.model();
    int tp = given.layout().tensorParallel();
    double read = model.caches().elementsRead(context) * cacheBytes(given) * sequences;
    double bytes = read / Math.min(tp, model.keyValueHeads());
    double achieved = values.get(CACHE);
    double work = model.caches().ops(context) * sequences * tokensPerSequence / tp;
    return Math.max(
        bytes / (given.device().memoryBytesPerSecond() * achieved),
        work / (given.device().wideOpsPerSecond() * achieved * ATTENTION_IN_DECODE));
  }

  /** Seconds in which a replica prefills one request, all of its devices at work. */
  public double prefillSeconds(ServingCase given) {
    return prefillSeconds(given, 1);
  }

  /** The same for several requests at once, which share launches and start-up times. */
  public double prefillSeconds(ServingCase given, double requests) {
    ServingModel model = given.model();
    ServingDevice device = given.device();
    Layout layout = given.prefillLayout();
    double tokens = given.inputTokens();
    int shared = layout.tensorParallel() * layout.dataParallel();
    int expertDevices = layout.expertParallel() * layout.expertTensorParallel();
    double all = tokens * requests;
    double skew = UnevenExperts.of(given, layout).skew(values.get(SKEW), all, requests);
    double experts =
        (double) model.moeLayers() * model.expertsPerToken() * model.expertParameters();
    double products =
        2
                * all
                * model.attentionParameters()
                / shared
                / prefillRate(given.attentionFormat(), device)
            + 2 * all * model.feedForwardParameters() / shared / prefillRate(given.format(), device)
            + 2 * all * experts / expertDevices * skew / prefillRate(given.expertFormat(), device);
    double pairs = all * tokens / 2;
    double attention =
        model.prefillOpsPerPair()
            * pairs
            / shared
            / (device.wideOpsPerSecond() * values.get(ATTENTION));
    double rows = all / layout.dataParallel();
    double moved = rows * movedBytes(given, layout, skew) / device.memoryBytesPerSecond();
    double exchange = new ServingExchange(values).seconds(given, layout, rows);
    exchange -= ServingExchange.hiddenSeconds(layout, rows, products + attention + moved, exchange);
    double launches = values.get(PREFILL_STEP + given.engine().ordinal()) / layout.dataParallel();
    return products + attention + moved + exchange + launches;
  }

  /**
   * Bytes of one token's rows in and out of memory between products: norms, quantisation and sums,
   * of whole rows on each of the devices that share a layer, and the copies that go to experts.
   * Where these are sent to other devices, sorting them is part of the exchange.
   */
  private double movedBytes(ServingCase given, Layout layout, double skew) {
    ServingModel model = given.model();
    double bytes = 2.0 * model.hidden() * model.layers() * values.get(MOVED);
    boolean sent = layout.dataParallel() > 1 && layout.expertParallel() > 1;
    if (model.experts() > 0 && !sent) {
      double inter = model.expertParameters() / 3 / model.hidden() / layout.expertTensorParallel();
      double copies = (double) model.moeLayers() * model.expertsPerToken() * skew;
      double times = values.get(MOVED_EXPERT + given.expertFormat().family());
      bytes += 2 * (model.hidden() + inter) * copies / layout.expertParallel() * times;
    }
    return bytes;
  }

  /**
   * What a prefill takes however short its texts are: starting its kernels, and reading dense
   * weights and all experts that its tokens reach.
   */
  public double prefillStartSeconds(ServingCase given) {
    ServingModel model = given.model();
    Layout layout = given.prefillLayout();
    int engine = given.engine().ordinal();
    int moe = model.moeLayers();
    double bytes = baseBytes(given) / layout.tensorParallel();
    if (moe > 0) {
      double share = (double) model.expertsPerToken() / model.experts();
      double touched = model.experts() * (1 - Math.pow(1 - share, given.inputTokens()));
      bytes +=
          moe
              * touched
              * model.expertParameters()
              * given.expertFormat().bytesPerWeight()
              / (layout.expertParallel() * layout.expertTensorParallel());
    }
    return (model.layers() - moe) * values.get(LAYER + engine)
        + moe * values.get(MOE_LAYER + engine)
        + values.get(STEP + engine)
        + bytes / (given.device().memoryBytesPerSecond() * values.get(MEMORY));
  }

  /** Sequences whose cache fits beside the weights of a data-parallel group's devices. */
  private static double capacity(ServingCase given) {
    ServingModel model = given.model();
    Layout layout = given.layout();
    int tp = layout.tensorParallel();
    double weights =
        (baseBytes(given) + 2 * model.headParameters()) / tp
            + model.moeLayers()
                * (double) model.experts()
                * model.expertParameters()
                * given.expertFormat().bytesPerWeight()
                / (layout.expertParallel() * layout.expertTensorParallel());
    double memory = given.device().memoryBytes();
    int pp = layout.pipelineParallel();
    double free = Math.max(memory * USABLE_MEMORY - weights / pp, memory * LEAST_FREE) * pp;
    double cached = model.caches().elementsRead(given.inputTokens() + given.outputTokens());
    double each = cached * cacheBytes(given) / Math.min(tp, model.keyValueHeads());
    return each > 0 ? free / each : Double.MAX_VALUE;
  }
}
