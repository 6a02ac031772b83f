package dev.hejin.scheduler.cost.serving;

import static dev.hejin.scheduler.cost.serving.ServingParameters.APART;
import static dev.hejin.scheduler.cost.serving.ServingParameters.ATTENTION;
import static dev.hejin.scheduler.cost.serving.ServingParameters.CACHE;
import static dev.hejin.scheduler.cost.serving.ServingParameters.DECODE;
import static dev.hejin.scheduler.cost.serving.ServingParameters.DISTURB;
import static dev.hejin.scheduler.cost.serving.ServingParameters.LATENCY;
import static dev.hejin.scheduler.cost.serving.ServingParameters.LAYER;
import static dev.hejin.scheduler.cost.serving.ServingParameters.LINK;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MEMORY;
import static dev.hejin.scheduler.cost.serving.ServingParameters.MOE_LAYER;
import static dev.hejin.scheduler.cost.serving.ServingParameters.NETWORK;
import static dev.hejin.scheduler.cost.serving.ServingParameters.NETWORK_LATENCY;
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
 * happens to 1 - (1 - k / E)^tokens of them; work is added to reading, not hidden behind it. Where
 * prefill shares the devices, each request waits in its decode for the prefills of all others that
 * come meanwhile. Exchanges follow Hockney's alpha-beta model. Whether an engine speculated
 * (multi-token prediction) is often not known; models with prediction layers get a fitted factor
 * unless the case says that it did not, or how ({@link #speculatingSeconds}).
 */
public final class ServingCurve {
  private static final double CACHE_BYTES = 2;
  private static final double USABLE_MEMORY = 0.88;
  private static final double LEAST_FREE = 0.05;
  private static final double ATTENTION_IN_DECODE = 0.6;

  private static final double MOST_HIDDEN = 0.5;
  private static final double TOKENS_TO_SPLIT = 64;

  /** Bytes of an element on its way to an expert and back. */
  private static final double DISPATCHED = 3;

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
    double dense =
        (model.baseParameters() * given.format().bytesPerWeight() / tp + head * 2) / memory
            + 2 * rows * (model.baseParameters() / tp + head) / rate(given.format(), device);
    double attention = attentionSeconds(given, sequences, tokensPerSequence, context);
    double experts = expertSeconds(given, rows * dp, memory);
    double exchange = exchangeSeconds(given, layout, rows);
    double hidden = hiddenSeconds(layout, rows, dense + experts + attention, exchange);
    return new DecodeStep(
        sequences, sequences * dp * pp, launches, dense, experts, attention, exchange - hidden);
  }

  private double rate(WeightFormat format, ServingDevice device) {
    return format.peak(device) * values.get(DECODE + format.family());
  }

  private double expertSeconds(ServingCase given, double tokens, double memory) {
    ServingModel model = given.model();
    if (model.experts() == 0) {
      return 0;
    }
    Layout layout = given.layout();
    double share = (double) model.expertsPerToken() / model.experts();
    double untouched = Math.pow(1 - share, tokens);
    double touched = (double) model.experts() / layout.expertParallel() * (1 - untouched);
    double weights = model.expertParameters() / layout.expertTensorParallel();
    double read = touched * weights * given.expertFormat().bytesPerWeight() / memory;
    double skew = layout.expertParallel() > 1 ? values.get(SKEW) : 1;
    double work = 2 * tokens * model.expertsPerToken() / layout.expertParallel() * weights * skew;
    return model.moeLayers() * (read + work / rate(given.expertFormat(), given.device()));
  }

  private double attentionSeconds(
      ServingCase given, double sequences, int tokensPerSequence, double context) {
    ServingModel model = given.model();
    int tp = given.layout().tensorParallel();
    double read = model.caches().elementsRead(context) * CACHE_BYTES * sequences;
    double bytes = read / Math.min(tp, model.keyValueHeads());
    double achieved = values.get(CACHE);
    double work = model.caches().ops(context) * sequences * tokensPerSequence / tp;
    return Math.max(
        bytes / (given.device().memoryBytesPerSecond() * achieved),
        work / (given.device().wideOpsPerSecond() * achieved * ATTENTION_IN_DECODE));
  }

  /**
   * Two exchanges a layer. Devices that share attention add their sums up: 2 (n - 1) / n of the
   * tokens cross a link, and between nodes only one part a node. Devices that share experts alone
   * send each token once to every device that holds one of its experts, in 8 bits, and get it back
   * in 16; between nodes once to every node.
   */
  private double exchangeSeconds(ServingCase given, Layout layout, double tokens) {
    int devices = layout.exchanging();
    if (devices < 2) {
      return 0;
    }
    ServingDevice device = given.device();
    int perNode = Math.min(device.devicesPerNode(), devices);
    int nodes = Math.ceilDiv(devices, device.devicesPerNode());
    double away = (nodes - 1.0) / nodes;
    double row = tokens * given.model().hidden();
    double linkBytes;
    double networkBytes;
    if (layout.dataParallel() > 1 && layout.expertParallel() > 1) {
      int topK = given.model().expertsPerToken();
      linkBytes = row * DISPATCHED * distinct(devices, topK) / nodes / 2;
      double reached = Math.min(distinct(nodes, topK), given.model().mostNodes());
      networkBytes = row * DISPATCHED * reached * away / 2;
    } else {
      linkBytes = row * 2 * 2 * (devices - 1) / devices;
      networkBytes = row * 2 * away / perNode;
    }
    double log = Math.log(devices) / Math.log(2);
    double seconds =
        values.get(LATENCY) * log / 3
            + linkBytes / (device.linkBytesPerSecond() * values.get(LINK));
    if (nodes > 1) {
      seconds +=
          values.get(NETWORK_LATENCY)
              + networkBytes / (device.networkBytesPerSecond() * values.get(NETWORK));
    }
    return 2 * given.model().layers() * seconds;
  }

  /**
   * Exchange that hides behind the computation of another half of the batch, where engines run two
   * halves against each other: half of the shorter at large batches, which gains the 25 % that is
   * published for two-batch overlap (SGLang 2025), and next to nothing at small ones, where halves
   * would read all weights twice (there it loses 27 %).
   */
  private static double hiddenSeconds(
      Layout layout, double tokens, double computation, double exchange) {
    if (layout.dataParallel() == 1 || layout.expertParallel() == 1) {
      return 0;
    }
    double share = MOST_HIDDEN * tokens / (tokens + TOKENS_TO_SPLIT);
    return share * Math.min(computation, exchange);
  }

  /** Of equally likely places, those that one token is sent to. */
  private static double distinct(int places, int topK) {
    return places * (1 - Math.pow(1 - 1.0 / places, topK));
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
    double dense = 2 * model.baseParameters() * all / shared;
    double experts =
        2.0 * model.moeLayers() * model.expertsPerToken() * model.expertParameters() * all;
    WeightFormat format = given.format();
    WeightFormat expertFormat = given.expertFormat();
    double products =
        dense / (format.peak(device) * values.get(PREFILL + format.family()))
            + experts
                / expertDevices
                / (expertFormat.peak(device) * values.get(PREFILL + expertFormat.family()));
    double pairs = all * tokens / 2;
    double attention =
        model.prefillOpsPerPair()
            * pairs
            / shared
            / (device.wideOpsPerSecond() * values.get(ATTENTION));
    double rows = all / layout.dataParallel();
    double exchange = exchangeSeconds(given, layout, rows);
    exchange -= hiddenSeconds(layout, rows, products + attention, exchange);
    double launches = values.get(PREFILL_STEP + given.engine().ordinal()) / layout.dataParallel();
    return products + attention + exchange + launches;
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
    double bytes =
        model.baseParameters() * given.format().bytesPerWeight() / layout.tensorParallel();
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
        (model.baseParameters() * given.format().bytesPerWeight() + 2 * model.headParameters()) / tp
            + model.moeLayers()
                * (double) model.experts()
                * model.expertParameters()
                * given.expertFormat().bytesPerWeight()
                / (layout.expertParallel() * layout.expertTensorParallel());
    double memory = given.device().memoryBytes();
    int pp = layout.pipelineParallel();
    double free = Math.max(memory * USABLE_MEMORY - weights / pp, memory * LEAST_FREE) * pp;
    double cached = model.caches().elementsRead(given.inputTokens() + given.outputTokens());
    double each = cached * CACHE_BYTES / Math.min(tp, model.keyValueHeads());
    return each > 0 ? free / each : Double.MAX_VALUE;
  }
}
