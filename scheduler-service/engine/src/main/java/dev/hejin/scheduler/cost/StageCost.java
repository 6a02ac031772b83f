package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Seconds of one microbatch on the devices of one stage, which meet before and after the routed
 * experts of each layer:
 *
 * <pre>
 * layer = max over devices (attention + dense) + sums + max over devices (experts) + imbalance
 *       + dispatch + combine - hidden
 * stage = sum of layers + head on the last stage + hop to the next stage + overhead
 * </pre>
 *
 * <p>Exchanges follow the alpha-beta model (Hockney 1994): a token goes once to each distinct
 * device that holds one of its experts, N (1 - (1 - 1/N)^k) of N devices in expectation; copies
 * inside a node take the link, others the device's part of the network, both at once. Skew on the
 * receiving side is not modelled. Sums are those of tensor parallel devices, see {@link
 * #sumSeconds}.
 *
 * <p>A layer's time never falls with more tokens, its time for each token never rises with them,
 * and apart from the exchange it never rises with more equal devices: bounds rest on that.
 */
public final class StageCost {
  private final StepCost step;
  private final List<DeviceRates> rates;
  private final int[] near;
  private final double[] tokenShares;
  private final Precision precision;
  private final Precision expertPrecision;
  private final double tokens;
  private final int tensorParallel;

  /**
   * @param rates of each device
   * @param node number of each device's node
   * @param tokenShares of each device, summing to 1
   * @param tokens of one microbatch
   */
  public StageCost(
      StepCost step,
      List<DeviceRates> rates,
      int[] node,
      double[] tokenShares,
      Precision precision,
      Precision expertPrecision,
      double tokens) {
    this(step, rates, node, tokenShares, precision, expertPrecision, tokens, 1);
  }

  /**
   * @param tensorParallel devices that divide attention and dense layers between them
   */
  public StageCost(
      StepCost step,
      List<DeviceRates> rates,
      int[] node,
      double[] tokenShares,
      Precision precision,
      Precision expertPrecision,
      double tokens,
      int tensorParallel) {
    this.step = step;
    this.rates = List.copyOf(rates);
    this.near = near(node);
    this.tokenShares = tokenShares.clone();
    this.precision = precision;
    this.expertPrecision = expertPrecision;
    this.tokens = tokens;
    this.tensorParallel = tensorParallel;
  }

  /** Devices on each device's node, itself included. */
  private static int[] near(int[] node) {
    TreeMap<Integer, Integer> count = new TreeMap<>();
    for (int number : node) {
      count.merge(number, 1, Integer::sum);
    }
    return Arrays.stream(node).map(count::get).toArray();
  }

  public int devices() {
    return rates.size();
  }

  /** Routed tokens of one microbatch: tokens x experts for each token. */
  public double routedTokens(LayerSpec layer) {
    return tokens * layer.expertsPerToken();
  }

  /** Seconds of one device for attention and dense part. */
  public double baseSeconds(LayerSpec layer, int device) {
    return step.baseSeconds(
        layer, rates.get(device), precision, tokensOfGroup(device), tensorParallel);
  }

  private double tokensOfGroup(int device) {
    return tokens * tokenShares[device] * tensorParallel;
  }

  /**
   * Sums of what tensor parallel devices computed apart, after attention and after the dense part:
   * reduce-scatter and all-gather, in which 2 (n - 1) / n of the tokens cross each device's link
   * (Patarasuk and Yuan 2009). Nothing hides them.
   */
  public double sumSeconds(LayerSpec layer) {
    if (tensorParallel == 1) {
      return 0;
    }
    double most = 0;
    for (int device = 0; device < devices(); device++) {
      double bytes =
          2.0
              * (tensorParallel - 1)
              / tensorParallel
              * tokensOfGroup(device)
              * step.model().hiddenSize()
              * 2;
      most = Math.max(most, bytes / rates.get(device).linkBytesPerSecond());
    }
    double start = CostConstants.SUM_LATENCY_SECONDS * Math.log(tensorParallel) / Math.log(8);
    return (layer.denseParameters() > 0 ? 2 : 1) * (start + most);
  }

  /** Seconds of the slowest device for attention and dense part. */
  public double baseSeconds(LayerSpec layer) {
    double most = 0;
    for (int device = 0; device < devices(); device++) {
      most = Math.max(most, baseSeconds(layer, device));
    }
    return most;
  }

  /** Seconds of the slowest device for the head. */
  public double headSeconds() {
    double most = 0;
    for (int device = 0; device < devices(); device++) {
      most =
          Math.max(
              most, step.headSeconds(rates.get(device), tokensOfGroup(device), tensorParallel));
    }
    return most;
  }

  /** Seconds of reading one expert, by device. */
  public double[] expertReadSeconds(LayerSpec layer) {
    double[] seconds = new double[devices()];
    for (int device = 0; device < seconds.length; device++) {
      seconds[device] = step.expertReadSeconds(layer, rates.get(device), expertPrecision);
    }
    return seconds;
  }

  /** Seconds of one routed token, by device. */
  public double[] expertTokenSeconds(LayerSpec layer) {
    double[] seconds = new double[devices()];
    for (int device = 0; device < seconds.length; device++) {
      seconds[device] = step.expertTokenSeconds(layer, rates.get(device), expertPrecision);
    }
    return seconds;
  }

  /** Mean chance that an expert of the layer is needed by a microbatch. */
  public double touched(LayerSpec layer, double[] load) {
    double sum = 0;
    for (double share : load) {
      sum += StepCost.touched(share * routedTokens(layer));
    }
    return load.length == 0 ? 0 : sum / load.length;
  }

  /** Seconds of each device for its experts of a layer. */
  public double[] expertSeconds(LayerSpec layer, LayerPlacement placement, double[] load) {
    double[] read = expertReadSeconds(layer);
    double[] each = expertTokenSeconds(layer);
    double[] seconds = new double[devices()];
    for (int slot = 0; slot < placement.slots(); slot++) {
      int device = placement.device(slot);
      double received = load[placement.expert(slot)] * placement.share(slot) * routedTokens(layer);
      seconds[device] += StepCost.touched(received) * read[device] + received * each[device];
    }
    return seconds;
  }

  /** Seconds that a layer's experts take when devices finish together, each expert read once. */
  public double balancedExpertSeconds(LayerSpec layer, double[] load) {
    if (!layer.isMoe()) {
      return 0;
    }
    double[] read = expertReadSeconds(layer);
    double[] each = expertTokenSeconds(layer);
    double mean = layer.routedExperts() * touched(layer, load);
    double speed = 0;
    for (int device = 0; device < each.length; device++) {
      speed += 1 / (mean * read[device] + routedTokens(layer) * each[device]);
    }
    return 1 / speed;
  }

  /** Seconds of dispatch and combine of a MoE layer; 0 for a dense layer or a single device. */
  public double exchangeSeconds(LayerSpec layer) {
    if (!layer.isMoe() || devices() == 1) {
      return 0;
    }
    boolean crosses = Arrays.stream(near).anyMatch(count -> count < devices());
    double latency =
        crosses
            ? rates.stream().mapToDouble(DeviceRates::networkStartSeconds).max().orElse(0)
            : CostConstants.LINK_LATENCY_SECONDS;
    return 2 * latency + transferSeconds(layer);
  }

  /** The part of an exchange that grows with tokens. */
  private double transferSeconds(LayerSpec layer) {
    int all = devices();
    double reached = all * (1 - Math.pow(1 - 1.0 / all, layer.expertsPerToken()));
    double dispatched = expertPrecision.bits() <= 8 ? 1 : 2;
    double copyBytes = step.model().hiddenSize() * (dispatched + 2);
    double most = 0;
    for (int device = 0; device < all; device++) {
      double bytes = tokens * tokenShares[device] * reached * copyBytes;
      double link = bytes * (near[device] - 1) / all / rates.get(device).linkBytesPerSecond();
      double network =
          bytes * (all - near[device]) / all / rates.get(device).networkBytesPerSecond();
      most = Math.max(most, Math.max(link, network));
    }
    return most;
  }

  /**
   * Part of the exchange that hides behind the computation of another half of the microbatch: a
   * share of the shorter of both, of what grows with tokens alone. Latencies and reading weights
   * gain nothing, because each half pays them again; so a small batch gains next to nothing.
   */
  public double hiddenSeconds(LayerSpec layer) {
    if (!layer.isMoe() || devices() == 1) {
      return 0;
    }
    double work = routedTokens(layer) / speed(layer);
    for (int device = 0; device < devices(); device++) {
      double own = tokens * tokenShares[device];
      work += step.workSeconds(layer, rates.get(device), precision, own) / devices();
    }
    return CostConstants.HIDDEN_SHARE * Math.min(work, transferSeconds(layer));
  }

  /** Routed tokens a second that all devices do when none reads weights. */
  private double speed(LayerSpec layer) {
    double speed = 0;
    for (double each : expertTokenSeconds(layer)) {
      speed += 1 / each;
    }
    return speed;
  }

  /** What chance adds at least to the slowest device of a microbatch, see {@link UnevenBatch}. */
  public double imbalanceSeconds(LayerSpec layer) {
    if (!layer.isMoe() || devices() == 1) {
      return 0;
    }
    return uneven(layer).leastSeconds(step.mostReplicas(layer));
  }

  /**
   * What chance adds to the slowest device of a microbatch under a placement: at least what it adds
   * to the most even one.
   *
   * @param seconds of each device, see {@link #expertSeconds}
   */
  public double imbalanceSeconds(
      LayerSpec layer, LayerPlacement placement, double[] load, double[] seconds) {
    double least = imbalanceSeconds(layer);
    return least > 0 ? Math.max(least, uneven(layer).seconds(placement, load, seconds)) : 0;
  }

  private UnevenBatch uneven(LayerSpec layer) {
    return new UnevenBatch(routedTokens(layer), step.clumping(tokens), expertTokenSeconds(layer));
  }

  /** Seconds of handing the microbatch to the next stage, each device sending its tokens. */
  public double hopSeconds() {
    double most = 0;
    for (int device = 0; device < devices(); device++) {
      double bytes = tokens * tokenShares[device] * step.model().hiddenSize() * 2;
      most = Math.max(most, bytes / rates.get(device).networkBytesPerSecond());
    }
    return CostConstants.NETWORK_LATENCY_SECONDS + most;
  }

  /**
   * Seconds of a layer at least, when its experts are expected to take {@code expertSeconds} on the
   * slowest device.
   */
  public double layerSeconds(LayerSpec layer, double expertSeconds) {
    return layerSeconds(layer, expertSeconds, imbalanceSeconds(layer));
  }

  /**
   * Seconds of a layer.
   *
   * @param expertSeconds that the slowest device is expected to take for its experts
   * @param imbalanceSeconds that chance adds to them
   */
  public double layerSeconds(LayerSpec layer, double expertSeconds, double imbalanceSeconds) {
    return baseSeconds(layer)
        + sumSeconds(layer)
        + expertSeconds
        + imbalanceSeconds
        + exchangeSeconds(layer)
        - hiddenSeconds(layer)
        + CostConstants.LAYER_OVERHEAD_SECONDS;
  }
}
