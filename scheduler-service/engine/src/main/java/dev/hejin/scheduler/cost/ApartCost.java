package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Seconds of one microbatch on a stage whose attention and routed experts lie on different devices
 * (MegaScale-Infer, arXiv 2504.02263). The microbatch is cut into m parts that go back and forth;
 * each side and each direction serves one at a time:
 *
 * <pre>
 * layer = max(m max(A, E, D, C), A + E + D + C)
 * fill  = min(A + E + D + C - max(A, E, D, C), (m - 1) max(A, E, D, C)), once for a run of layers
 * </pre>
 *
 * <p>A and E are a part's seconds on the attention and the expert side, D and C those of its way
 * there and back. Each side starts kernels for each part: half of a layer's launches (assumed).
 * Layers without experts are done with all parts together.
 *
 * <p>For one side alone, A and E keep what {@link StageCost} says of layers.
 */
public final class ApartCost {
  private static final double EXACT = 1e-9;

  private final StepCost step;
  private final Side attentionSide;
  private final Side expertSide;
  private final double[] shares;
  private final StageCost whole;
  private final StageCost attention;
  private final StageCost experts;
  private final double partTokens;
  private final int parts;
  private final @Nullable Bridge bridge;

  /** Part of each device's rows whose other end is on its node. */
  private final double[] nearOfAttention;

  private final double[] nearOfExperts;

  /**
   * Devices of one side.
   *
   * @param rates of each device
   * @param node number of each device's node
   * @param precision of the weights that it holds
   */
  public record Side(List<DeviceRates> rates, int[] node, Precision precision) {
    public Side {
      rates = List.copyOf(rates);
      node = node.clone();
    }

    int size() {
      return rates.size();
    }
  }

  /**
   * @param shares of the tokens that each attention device has, summing to 1
   * @param tokens of one microbatch
   * @param parts into which it is cut
   * @param bridge between the libraries of both sides; null where they share one
   */
  public ApartCost(
      StepCost step,
      Side attentionSide,
      Side expertSide,
      double[] shares,
      double tokens,
      int parts,
      @Nullable Bridge bridge) {
    this.step = step;
    this.attentionSide = attentionSide;
    this.expertSide = expertSide;
    this.shares = shares.clone();
    this.partTokens = tokens / parts;
    this.parts = parts;
    this.bridge = bridge;
    double[] even = new double[expertSide.size()];
    Arrays.fill(even, 1.0 / even.length);
    whole = attention(tokens);
    attention = attention(partTokens);
    experts =
        new StageCost(
            step,
            expertSide.rates(),
            expertSide.node(),
            even,
            expertSide.precision(),
            expertSide.precision(),
            partTokens);
    nearOfAttention = new double[attentionSide.size()];
    nearOfExperts = new double[expertSide.size()];
    if (bridge == null) {
      near(attentionSide.node(), expertSide.node(), even, nearOfAttention);
      near(expertSide.node(), attentionSide.node(), shares, nearOfExperts);
    }
  }

  /** What share the devices of the other side have that are on each device's node. */
  private static void near(int[] node, int[] others, double[] share, double[] near) {
    TreeMap<Integer, Double> onNode = new TreeMap<>();
    for (int other = 0; other < others.length; other++) {
      onNode.merge(others[other], share[other], Double::sum);
    }
    Arrays.setAll(near, device -> Math.min(1, onNode.getOrDefault(node[device], 0.0)));
  }

  private StageCost attention(double tokens) {
    return new StageCost(
        step,
        attentionSide.rates(),
        attentionSide.node(),
        shares,
        attentionSide.precision(),
        attentionSide.precision(),
        tokens);
  }

  public int parts() {
    return parts;
  }

  /** The expert side, for one part. */
  public StageCost experts() {
    return experts;
  }

  /** The attention side, for one part. */
  public StageCost attention() {
    return attention;
  }

  /** Seconds of a part on the attention side. */
  public double attentionSeconds(LayerSpec layer) {
    return attention.baseSeconds(layer) + CostConstants.LAYER_OVERHEAD_SECONDS / 2;
  }

  /**
   * Seconds of a part on the expert side.
   *
   * @param slowest seconds of the slowest device for its experts
   */
  public double expertSeconds(LayerSpec layer, double slowest) {
    return slowest + experts.imbalanceSeconds(layer) + CostConstants.LAYER_OVERHEAD_SECONDS / 2;
  }

  /** Seconds of a part on its way to the experts. */
  public double dispatchSeconds(LayerSpec layer) {
    return crossingSeconds(layer, expertSide.precision().bits() <= 8 ? 1 : 2);
  }

  /** Seconds of a part on its way back, in 16 bits. */
  public double combineSeconds(LayerSpec layer) {
    return crossingSeconds(layer, 2);
  }

  private double crossingSeconds(LayerSpec layer, double elementBytes) {
    int there = expertSide.size();
    double reached = there * (1 - Math.pow(1 - 1.0 / there, layer.expertsPerToken()));
    double bytes = partTokens * reached * step.model().hiddenSize() * elementBytes;
    boolean crosses = Arrays.stream(nearOfAttention).anyMatch(near -> near < 1 - EXACT);
    double most = 0;
    for (int a = 0; a < shares.length; a++) {
      double own = bytes * shares[a];
      most = Math.max(most, seconds(attentionSide.rates().get(a), own, nearOfAttention[a]));
    }
    for (int e = 0; e < there; e++) {
      most = Math.max(most, seconds(expertSide.rates().get(e), bytes / there, nearOfExperts[e]));
    }
    double start =
        crosses ? CostConstants.NETWORK_LATENCY_SECONDS : CostConstants.LINK_LATENCY_SECONDS;
    return (bridge == null ? start : Math.max(start, bridge.latencySeconds())) + most;
  }

  /**
   * Seconds of one device: a part of the bytes by its link, the others by network, both at once.
   */
  private double seconds(DeviceRates rates, double bytes, double near) {
    double far = rates.networkBytesPerSecond();
    far = bridge == null ? far : Math.min(far, bridge.bytesPerSecond());
    return Math.max(bytes * near / rates.linkBytesPerSecond(), bytes * (1 - near) / far);
  }

  /** Seconds of the longest and of all ways of a part through a layer. */
  private double[] ways(LayerSpec layer, double slowest) {
    double there = dispatchSeconds(layer);
    double back = combineSeconds(layer);
    double a = attentionSeconds(layer);
    double e = expertSeconds(layer, slowest);
    return new double[] {Math.max(Math.max(a, e), Math.max(there, back)), a + e + there + back};
  }

  /**
   * Seconds of a layer for the microbatch, fill left aside.
   *
   * @param slowest seconds of the slowest expert device for one part
   */
  public double layerSeconds(LayerSpec layer, double slowest) {
    if (!layer.isMoe()) {
      return whole.layerSeconds(layer, 0);
    }
    double[] ways = ways(layer, slowest);
    return Math.max(parts * ways[0], ways[1]);
  }

  /** What the first layer with experts of a run takes longer until both sides are busy. */
  public double fillSeconds(LayerSpec layer, double slowest) {
    if (!layer.isMoe()) {
      return 0;
    }
    double[] ways = ways(layer, slowest);
    return Math.min(ways[1] - ways[0], (parts - 1) * ways[0]);
  }

  /** Seconds of the attention side for the head. */
  public double headSeconds() {
    return whole.headSeconds();
  }

  /** Seconds of handing the microbatch to the next stage. */
  public double hopSeconds() {
    return whole.hopSeconds();
  }
}
