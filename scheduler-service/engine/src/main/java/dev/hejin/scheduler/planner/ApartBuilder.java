package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills a stage whose attention and routed experts lie on different devices: sequences over the
 * first, experts over the second.
 */
final class ApartBuilder {
  private final PlanningContext context;
  private final DeviceSet set;
  private final DeviceSet experts;
  private final List<LayerSpec> layers;
  private final boolean last;
  private final TokenSplit split;
  private final ApartCost cost;
  private final long[] room;

  private ApartBuilder(
      PlanningContext context,
      DeviceSet set,
      List<LayerSpec> layers,
      boolean last,
      TokenSplit split,
      ApartCost cost) {
    this.context = context;
    this.set = set;
    this.experts = set.experts();
    this.layers = layers;
    this.last = last;
    this.split = split;
    this.cost = cost;
    this.room = new long[experts.size()];
    Arrays.setAll(
        room,
        e ->
            experts.members().get(e).capacityBytes()
                - workspaceBytes(e)
                - context.headroomBytes(set));
  }

  /** The stage, or null when it does not fit. */
  static @Nullable BuiltStage build(
      PlanningContext context,
      DeviceSet set,
      List<LayerSpec> layers,
      boolean last,
      double microbatchTokens) {
    boolean first = layers.getFirst().index() == 0;
    TokenSplit split = TokenSplit.of(context, set.attention(), layers, first, last, true);
    if (split == null) {
      return null;
    }
    ApartCost cost = Parts.best(context, set, split.shares(), microbatchTokens);
    ApartBuilder builder = new ApartBuilder(context, set, layers, last, split, cost);
    if (Arrays.stream(builder.room).anyMatch(bytes -> bytes < 0)) {
      return null;
    }
    List<LayerPlacement> placements =
        new ExpertFill(
                context,
                null,
                builder.experts,
                cost.experts(),
                builder.room,
                microbatchTokens / cost.parts())
            .placements(layers);
    return placements == null ? null : builder.measured(placements);
  }

  private long workspaceBytes(int expertDevice) {
    return expertWorkspaceBytes(
        context.memory(), experts, experts.members().get(expertDevice).capacityBytes());
  }

  /** Workspace of a device that holds experts only, one of so many. */
  static long expertWorkspaceBytes(MemoryModel memory, DeviceSet experts, long capacityBytes) {
    double rows = CostConstants.DISPATCH_SKEW / experts.size();
    return memory.apartWorkspaceBytes(experts.library(), capacityBytes, 0, rows, false);
  }

  private BuiltStage measured(List<LayerPlacement> placements) {
    Sums sums = new Sums(cost);
    List<Double> balancedness = new ArrayList<>();
    for (int l = 0; l < placements.size(); l++) {
      LayerSpec layer = layers.get(l);
      double[] load = context.load()[layer.index()];
      double[] seconds = cost.experts().expertSeconds(layer, placements.get(l), load);
      if (layer.isMoe()) {
        double mean = Arrays.stream(seconds).average().orElse(0);
        balancedness.add(mean / Arrays.stream(seconds).max().orElse(0));
      }
      sums.add(layer, placements.get(l), load, seconds);
    }
    double rest = CostConstants.STAGE_OVERHEAD_SECONDS + (last ? 0 : cost.hopSeconds());
    double head = last ? cost.headSeconds() : 0;
    return new BuiltStage(
        placement(placements),
        memory(),
        sums.seconds() + head + rest,
        balancedness,
        describe(sums, head, rest));
  }

  private StagePlacement placement(List<LayerPlacement> placements) {
    int before = set.attentionDevices();
    List<Double> shares = new ArrayList<>();
    for (int d = 0; d < set.size(); d++) {
      shares.add(d < before ? split.shares()[d] : 0);
    }
    return new StagePlacement(
        layers.getFirst().index(),
        layers.getLast().index() + 1,
        set.deviceIds(),
        shares,
        set.precision(),
        set.expertPrecision(),
        placements.stream().map(placement -> placement.shifted(before)).toList(),
        1,
        set.expertDevices(),
        cost.parts());
  }

  /** Names what binds, and the slowest device of that side. */
  private String describe(Sums sums, double head, double rest) {
    double total = sums.seconds() + head + rest;
    String[] names = {"attention", "experts", "exchange", "one part after another", "head"};
    double[] parts = {
      sums.attentionBinds(), sums.expertsBind(), sums.exchangeBinds(), sums.nothingBinds(), head
    };
    boolean experts = Bottleneck.most(parts) == 1;
    int slowest =
        experts
            ? set.attentionDevices() + Bottleneck.most(sums.experts())
            : Bottleneck.most(sums.attention());
    String remark = ", " + cost.parts() + " parts";
    return Bottleneck.describe(layers, set, names, parts, total, remark, slowest);
  }

  private List<DeviceMemory> memory() {
    List<DeviceMemory> memory = new ArrayList<>();
    int before = set.attentionDevices();
    for (int d = 0; d < set.size(); d++) {
      long capacity = set.members().get(d).capacityBytes();
      long headroom = context.headroomBytes(set);
      boolean attention = d < before;
      long workspace = attention ? split.workspaceBytes()[d] : workspaceBytes(d - before);
      memory.add(
          new DeviceMemory(
              set.deviceIds().get(d),
              capacity,
              attention ? split.baseBytes() : capacity - workspace - headroom - room[d - before],
              attention ? split.kvBytes()[d] : 0,
              workspace,
              headroom));
    }
    return memory;
  }

  /** Seconds of layers, and what each waits for. */
  static final class Sums {
    private final ApartCost cost;
    private final double[] attention;
    private final double[] experts;
    private double seconds;
    private double attentionBinds;
    private double expertsBind;
    private double exchangeBinds;
    private double nothingBinds;
    private boolean running;

    Sums(ApartCost cost) {
      this.cost = cost;
      attention = new double[cost.attention().devices()];
      experts = new double[cost.experts().devices()];
    }

    /**
     * The next layer.
     *
     * @param placement of its experts on the expert side
     * @param expertSeconds of each expert device for one part
     */
    void add(LayerSpec layer, LayerPlacement placement, double[] load, double[] expertSeconds) {
      StageCost side = cost.experts();
      double most =
          Arrays.stream(expertSeconds).max().orElse(0)
              + side.imbalanceSeconds(layer, placement, load, expertSeconds)
              - side.imbalanceSeconds(layer);
      double its = cost.layerSeconds(layer, most);
      seconds += its + (running ? 0 : cost.fillSeconds(layer, most));
      running = layer.isMoe();
      for (int a = 0; a < attention.length; a++) {
        attention[a] += cost.parts() * cost.attention().baseSeconds(layer, a);
      }
      if (!running) {
        attentionBinds += its;
        return;
      }
      for (int e = 0; e < experts.length; e++) {
        experts[e] += cost.parts() * expertSeconds[e];
      }
      double a = cost.parts() * cost.attentionSeconds(layer);
      double e = cost.parts() * cost.expertSeconds(layer, most);
      if (its > Math.max(a, e) * (1 + 1e-9)) {
        double way = Math.max(cost.dispatchSeconds(layer), cost.combineSeconds(layer));
        exchangeBinds += cost.parts() * way >= its * (1 - 1e-9) ? its : 0;
        nothingBinds += cost.parts() * way >= its * (1 - 1e-9) ? 0 : its;
      } else {
        attentionBinds += a >= e ? its : 0;
        expertsBind += a >= e ? 0 : its;
      }
    }

    double seconds() {
      return seconds;
    }

    double[] attention() {
      return attention;
    }

    double[] experts() {
      return experts;
    }

    double attentionBinds() {
      return attentionBinds;
    }

    double expertsBind() {
      return expertsBind;
    }

    double exchangeBinds() {
      return exchangeBinds;
    }

    double nothingBinds() {
      return nothingBinds;
    }
  }
}
