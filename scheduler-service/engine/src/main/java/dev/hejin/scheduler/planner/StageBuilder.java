package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills one stage: token shares first, then each layer's experts by the policy. */
final class StageBuilder {
  private static final String[] PARTS = {
    "attention and dense", "experts", "exchange", "head", "overhead and hop", "reading prompts"
  };

  private final PlanningContext context;
  private final @Nullable InForce inForce;
  private final DeviceSet set;
  private final List<LayerSpec> layers;
  private final boolean last;
  private final TokenSplit split;
  private final StageCost cost;
  private final long[] room;
  private final double microbatchTokens;

  private StageBuilder(
      PlanningContext context,
      @Nullable InForce inForce,
      DeviceSet set,
      List<LayerSpec> layers,
      boolean last,
      TokenSplit split,
      double microbatchTokens) {
    this.context = context;
    this.inForce = inForce;
    this.set = set;
    this.layers = layers;
    this.last = last;
    this.split = split;
    this.cost = set.cost(context.step(), split.shares(), microbatchTokens);
    this.room = split.expertBytes().clone();
    this.microbatchTokens = microbatchTokens;
  }

  /** The stage for layers [from, to), or null when it does not fit. */
  static @Nullable BuiltStage build(
      PlanningContext context,
      @Nullable InForce inForce,
      DeviceSet set,
      int from,
      int to,
      double microbatchTokens) {
    List<LayerSpec> layers = context.model().layers().subList(from, to);
    boolean last = to == context.layers();
    if (set.isApart()) {
      return ApartBuilder.build(context, set, layers, last, microbatchTokens);
    }
    TokenSplit split = TokenSplit.of(context, set, layers, from == 0, last);
    if (split == null) {
      return null;
    }
    return new StageBuilder(context, inForce, set, layers, last, split, microbatchTokens).fill();
  }

  private @Nullable BuiltStage fill() {
    List<LayerPlacement> placements =
        new ExpertFill(context, inForce, set, cost, room, microbatchTokens).placements(layers);
    return placements == null ? null : measured(placements);
  }

  private BuiltStage measured(List<LayerPlacement> placements) {
    double[] base = new double[set.size()];
    double[] expert = new double[set.size()];
    double baseSeconds = 0;
    double expertSeconds = 0;
    double exchange = 0;
    List<Double> balancedness = new ArrayList<>();
    for (LayerSpec layer : layers) {
      LayerPlacement placement = placements.get(layer.index() - layers.getFirst().index());
      double[] seconds = cost.expertSeconds(layer, placement, context.load()[layer.index()]);
      double most = Arrays.stream(seconds).max().orElse(0);
      if (layer.isMoe()) {
        balancedness.add(Arrays.stream(seconds).average().orElse(0) / most);
      }
      for (int d = 0; d < base.length; d++) {
        base[d] += cost.baseSeconds(layer, d);
        expert[d] += seconds[d];
      }
      baseSeconds += cost.baseSeconds(layer);
      expertSeconds +=
          most + cost.imbalanceSeconds(layer, placement, context.load()[layer.index()], seconds);
      exchange += cost.sumSeconds(layer) + cost.exchangeSeconds(layer) - cost.hiddenSeconds(layer);
    }
    double head = last ? cost.headSeconds() : 0;
    double rest =
        layers.size() * CostConstants.LAYER_OVERHEAD_SECONDS
            + CostConstants.STAGE_OVERHEAD_SECONDS
            + (last ? 0 : cost.hopSeconds());
    double prompts = promptSeconds();
    double total = baseSeconds + expertSeconds + exchange + head + rest + prompts;
    StagePlacement stage =
        new StagePlacement(
            layers.getFirst().index(),
            layers.getLast().index() + 1,
            set.deviceIds(),
            Arrays.stream(split.shares()).boxed().toList(),
            set.precision(),
            set.expertPrecision(),
            placements,
            set.tensorParallel());
    String bottleneck =
        describe(
            PARTS,
            new double[] {baseSeconds, expertSeconds, exchange, head, rest, prompts},
            total,
            base,
            expert);
    return new BuiltStage(stage, memory(), total, balancedness, bottleneck);
  }

  /** What reading prompts adds to a microbatch. */
  private double promptSeconds() {
    Traffic traffic = context.traffic();
    return traffic == null
        ? 0
        : PromptTimes.of(context, set, traffic)
            .addedSeconds(
                layers.getFirst().index(), layers.getLast().index() + 1, microbatchTokens);
  }

  private String describe(
      String[] names, double[] parts, double total, double[] base, double[] expert) {
    double[] sum = new double[base.length];
    Arrays.setAll(sum, d -> base[d] + expert[d]);
    return Bottleneck.describe(layers, set, names, parts, total, "", Bottleneck.most(sum));
  }

  private List<DeviceMemory> memory() {
    List<DeviceMemory> memory = new ArrayList<>();
    for (int d = 0; d < set.size(); d++) {
      memory.add(
          new DeviceMemory(
              set.members().get(d).device().id(),
              set.members().get(d).capacityBytes(),
              split.baseBytes() + split.expertBytes()[d] - room[d],
              split.kvBytes()[d],
              split.workspaceBytes()[d],
              context.headroomBytes(set)));
    }
    return memory;
  }
}
