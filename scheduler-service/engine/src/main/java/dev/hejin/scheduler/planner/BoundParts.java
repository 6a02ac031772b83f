package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.planner.BoundCells.Choice;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Layers with experts in two parts, each at its least cost by itself: base time on one device, of
 * any number of tokens, and experts on any number of devices. Each part has half of a layer's
 * launches; experts also have both ways. Ways count as nothing but two starts where both parts may
 * be on one node or a stage may span libraries, else as what the network takes.
 */
final class BoundParts {
  private static final double NEAR = CostConstants.LINK_LATENCY_SECONDS;

  private final PlanningContext context;
  private final List<DeviceKind> kinds;
  private final LayerClasses classes;
  private final boolean spans;
  private final boolean[] moe;
  private final BoundCells attention;
  private final BoundCells near;

  /** Experts on another kind than attention, and so on other nodes; null where nodes are mixed. */
  private final @Nullable BoundCells far;

  private BoundParts(
      PlanningContext context,
      List<DeviceKind> kinds,
      LayerClasses classes,
      double sequences,
      boolean spans) {
    this.context = context;
    this.kinds = kinds;
    this.classes = classes;
    this.spans = spans;
    // The last class is the head.
    moe = new boolean[classes.sizes().length + 1];
    for (int c = 0; c < moe.length - 1; c++) {
      moe[c] = classes.example(c).isMoe();
    }
    attention = new BoundCells(kinds, moe, sequences, (k, t, n, s) -> attentionSeconds(k, s));
    near = new BoundCells(kinds, moe, sequences, (k, t, n, s) -> expertSeconds(k, n, s, false));
    far =
        spans || hasMixedNodes()
            ? null
            : new BoundCells(kinds, moe, sequences, (k, t, n, s) -> expertSeconds(k, n, s, true));
    for (DeviceKind kind : kinds) {
      attention.add(kind, 1, 1, 1);
      near.add(kind, 1);
      if (far != null) {
        far.add(kind, 1);
      }
      int most = spans ? equivalents(kind) : 0;
      if (most > kind.count()) {
        near.add(kind, 1, kind.count() + 1, most);
      }
    }
  }

  private boolean hasMixedNodes() {
    TreeSet<Integer> seen = new TreeSet<>();
    for (DeviceKind kind : kinds) {
      for (List<Member> node : kind.group().nodes()) {
        if (!seen.add(node.getFirst().node())) {
          return true;
        }
      }
    }
    return false;
  }

  /** The parts; null where every stage has both on the same devices of one library. */
  static @Nullable BoundParts of(
      PlanningContext context, List<DeviceKind> kinds, LayerClasses classes, double sequences) {
    boolean spans = !context.request().pool().bridges().isEmpty();
    boolean divides = context.request().options().expertsApart();
    return context.model().isMoe() && (spans || divides)
        ? new BoundParts(context, kinds, classes, sequences, spans)
        : null;
  }

  /** Devices of a kind that do as much for experts as the whole pool, at least. */
  private int equivalents(DeviceKind kind) {
    double sum = 0;
    for (DeviceKind other : kinds) {
      double ratio = 1;
      for (int c = 0; c < moe.length - 1; c++) {
        if (moe[c]) {
          LayerSpec layer = classes.example(c);
          StageCost own = cost(kind, 1);
          StageCost its = cost(other, 1);
          ratio =
              Math.max(ratio, own.expertReadSeconds(layer)[0] / its.expertReadSeconds(layer)[0]);
          ratio =
              Math.max(ratio, own.expertTokenSeconds(layer)[0] / its.expertTokenSeconds(layer)[0]);
        }
      }
      sum += ratio * other.count();
    }
    return (int) Math.min(Integer.MAX_VALUE / 2, Math.ceil(sum));
  }

  private StageCost cost(DeviceKind kind, double tokens) {
    DeviceSet one = kind.set(1);
    return one.cost(context.step(), one.shares(), tokens);
  }

  private double[][] attentionSeconds(int kind, double tokens) {
    StageCost cost = cost(kinds.get(kind), tokens);
    double[][] times = new double[3][moe.length];
    for (int c = 0; c < moe.length - 1; c++) {
      times[0][c] = cost.baseSeconds(classes.example(c)) + CostConstants.LAYER_OVERHEAD_SECONDS / 2;
    }
    return times;
  }

  private double[][] expertSeconds(int kind, int devices, double tokens, boolean isFar) {
    StageCost one = cost(kinds.get(kind), tokens);
    double[] touched = classes.touched(tokens);
    double[][] times = new double[3][moe.length];
    for (int c = 0; c < moe.length - 1; c++) {
      LayerSpec layer = classes.example(c);
      double experts =
          LayerClasses.expertSeconds(one, layer, touched[c]) / devices
              + CostConstants.LAYER_OVERHEAD_SECONDS / 2;
      if (!spans) {
        DeviceSet set = kinds.get(kind).set(devices);
        experts += set.cost(context.step(), set.shares(), tokens).imbalanceSeconds(layer);
      }
      double there = isFar ? farSeconds(layer, kinds.get(kind), devices, tokens, false) : NEAR;
      double back = isFar ? farSeconds(layer, kinds.get(kind), devices, tokens, true) : NEAR;
      double longest = isFar ? Math.max(experts, Math.max(there, back)) : experts;
      times[0][c] = longest;
      times[2][c] = experts + there + back - longest;
    }
    return times;
  }

  /** Seconds of one way to or from expert devices of other nodes. */
  private double farSeconds(
      LayerSpec layer, DeviceKind kind, int devices, double tokens, boolean isBack) {
    DeviceSet one = kind.set(1);
    double reached = 1 - Math.pow(1 - 1.0 / devices, layer.expertsPerToken());
    double elementBytes = isBack || one.expertPrecision().bits() > 8 ? 2 : 1;
    double bytes = tokens * reached * context.model().hiddenSize() * elementBytes;
    return CostConstants.NETWORK_LATENCY_SECONDS
        + bytes / one.rates().getFirst().networkBytesPerSecond();
  }

  boolean has(int layerClass) {
    return moe[layerClass];
  }

  void hulls() {
    attention.hulls();
    near.hulls();
    if (far != null) {
      far.hulls();
    }
  }

  /** The cheapest part of each sort for a layer of a class. */
  List<Choice> cheapest(int layerClass, Prices prices) {
    if (far == null) {
      return List.of(attention.cheapest(layerClass, prices), near.cheapest(layerClass, prices));
    }
    List<Choice> best =
        List.of(attention.cheapest(layerClass, prices), far.cheapest(layerClass, prices));
    for (int kind = 0; kind < kinds.size(); kind++) {
      List<Choice> its =
          List.of(
              attention.cheapest(layerClass, kind, prices),
              near.cheapest(layerClass, kind, prices));
      best = cost(its, prices) < cost(best, prices) ? its : best;
    }
    return best;
  }

  static double cost(List<Choice> choices, Prices prices) {
    double sum = 0;
    for (Choice choice : choices) {
      sum += choice.cost(prices);
    }
    return sum;
  }

  boolean split(Prices prices) {
    boolean any = attention.split(prices) | near.split(prices);
    return far == null ? any : far.split(prices) | any;
  }
}
