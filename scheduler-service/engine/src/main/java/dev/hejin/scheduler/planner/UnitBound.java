package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.ArrayList;
import java.util.List;

/**
 * Units (dollars, watts, devices) that a plan which reaches a demand D costs at least. With c of
 * {@link PipelineBound}, a plan of n_g devices and q sequences pays sum of w_g n_g + v q >= D c(w,
 * v) at any prices. Its devices hold the weights once and the cache of q sequences: sum of cap_g
 * n_g >= W + kv q. So for any m, e, s >= 0, with w_g = u_g - m cap_g + e_g >= 0 and v = m kv + s,
 *
 * <pre>
 * sum of u_g n_g >= D c(w, v) + m W - sum of e_g N_g - s B
 * </pre>
 *
 * <p>m is tried on a grid; e and s are improved by multiplicative steps. Any of them gives a valid
 * bound.
 */
final class UnitBound {
  private static final int STEPS = 60;
  private static final int GRID = 24;
  private static final double RATE = 0.6;
  private static final double SEED = 0.02;

  private final List<DeviceKind> kinds;
  private final PipelineBound tokens;
  private final double[] unit;
  private final double[] capacity;
  private final double weightBytes;
  private final double cacheBytes;
  private final double sequences;

  UnitBound(PlanningContext context, List<DeviceKind> kinds, double[] unit) {
    this.kinds = kinds;
    this.unit = unit.clone();
    this.sequences = context.batchTokens();
    this.tokens =
        PipelineBound.refined(
            context, kinds, new LayerClasses(context.model().layers(), context.load()));
    capacity = new double[kinds.size()];
    // Where stages have parts on two kinds, a device may hold what is in the other kind's formats.
    boolean parted = tokens.hasParts();
    double headroom = Double.POSITIVE_INFINITY;
    for (DeviceKind kind : kinds) {
      headroom = Math.min(headroom, context.headroomBytes(kind.set(1)));
    }
    double dense = Double.POSITIVE_INFINITY;
    double experts = Double.POSITIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    for (DeviceKind kind : kinds) {
      double bytes = kind.capacityBytes();
      capacity[kind.index()] =
          Math.max(
              0,
              bytes
                  - CostConstants.RUNTIME_BYTES
                  - CostConstants.MEMORY_MARGIN * bytes
                  - (parted ? headroom : context.headroomBytes(kind.set(1))));
      dense = Math.min(dense, denseBytes(context, kind));
      experts = Math.min(experts, expertBytes(context, kind));
      least = Math.min(least, denseBytes(context, kind) + expertBytes(context, kind));
    }
    weightBytes = parted ? dense + experts : least;
    double cache = 0;
    for (LayerSpec layer : context.model().layers()) {
      cache += context.memory().kvBytesPerToken(layer);
    }
    cacheBytes = cache * context.request().workload().contextTokens();
  }

  private static double denseBytes(PlanningContext context, DeviceKind kind) {
    DeviceSet one = kind.set(1);
    MemoryModel memory = context.memory();
    double bytes =
        memory.shardBytes(Shard.ofEmbedding(one.precision()))
            + (double) memory.shardBytes(Shard.ofHead(one.precision()));
    for (LayerSpec layer : context.model().layers()) {
      bytes += memory.layerBytes(layer, one.precision());
    }
    return bytes;
  }

  private static double expertBytes(PlanningContext context, DeviceKind kind) {
    double bytes = 0;
    for (LayerSpec layer : context.model().layers()) {
      bytes +=
          (double) layer.routedExperts()
              * context.memory().expertBytes(layer, kind.set(1).expertPrecision());
    }
    return bytes;
  }

  /** Least units of plans that reach the demand. */
  double leastUnits(double demand) {
    double best = 0;
    for (double memoryPrice : memoryPrices()) {
      double[] extra = new double[kinds.size() + 1];
      double scale = 0;
      for (DeviceKind kind : kinds) {
        scale += unit[kind.index()] * kind.count();
      }
      for (int r = 0; r < extra.length; r++) {
        extra[r] = SEED * scale / limit(r) / extra.length;
      }
      best = Math.max(best, value(memoryPrice, demand, new double[extra.length], true));
      for (int step = 0; step < STEPS; step++) {
        double[] taken = new double[extra.length];
        best = Math.max(best, value(memoryPrice, demand, extra, taken, true));
        for (int r = 0; r < extra.length; r++) {
          double relative = demand * taken[r] / limit(r) - 1;
          extra[r] *= Math.exp(RATE / (1 + 0.1 * step) * Math.clamp(relative, -1, 1));
        }
      }
    }
    return best;
  }

  /** Least units for each token a second, for any number of devices and sequences. */
  double leastUnitsForEach() {
    double best = 0;
    double affordable = Double.POSITIVE_INFINITY;
    for (DeviceKind kind : kinds) {
      affordable = Math.min(affordable, unit[kind.index()] / Math.max(1, capacity[kind.index()]));
    }
    for (int i = 0; i <= GRID; i++) {
      double[] none = new double[kinds.size() + 1];
      best = Math.max(best, value(affordable * i / GRID, 1, none, false));
    }
    return best;
  }

  private double limit(int row) {
    return row < kinds.size() ? kinds.get(row).count() : sequences;
  }

  private List<Double> memoryPrices() {
    double most = 0;
    for (DeviceKind kind : kinds) {
      most = Math.max(most, unit[kind.index()] / Math.max(1, capacity[kind.index()]));
    }
    List<Double> prices = new ArrayList<>();
    for (int i = 0; i <= GRID; i++) {
      prices.add(most * i / GRID);
    }
    return prices;
  }

  private double value(double memoryPrice, double demand, double[] extra, boolean whole) {
    return value(memoryPrice, demand, extra, new double[extra.length], whole);
  }

  /**
   * The bound at these prices.
   *
   * @param whole whether the weights count, which do not grow with the demand
   */
  private double value(
      double memoryPrice, double demand, double[] extra, double[] taken, boolean whole) {
    double[] device = new double[kinds.size()];
    double value = whole ? memoryPrice * weightBytes : 0;
    for (DeviceKind kind : kinds) {
      int k = kind.index();
      double paid = unit[k] - memoryPrice * capacity[k] + extra[k];
      device[k] = Math.max(0, paid);
      value -= (extra[k] + device[k] - paid) * kind.count();
    }
    double sequence = memoryPrice * cacheBytes + extra[kinds.size()];
    value -= extra[kinds.size()] * sequences;
    return value + demand * tokens.cost(new Prices(device, sequence), taken);
  }
}
