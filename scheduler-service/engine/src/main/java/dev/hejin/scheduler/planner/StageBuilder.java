package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.TextClumping;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Fills one stage: token shares first, then each layer's experts by the policy. Each layer gets an
 * even part of the room that is left on each device, so slots differ between devices with their
 * memory, and the policy uses as many as their speed deserves.
 */
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
    TokenSplit split = TokenSplit.of(context, set, layers, from == 0, last);
    if (split == null) {
      return null;
    }
    return new StageBuilder(context, inForce, set, layers, last, split, microbatchTokens).fill();
  }

  private @Nullable BuiltStage fill() {
    List<LayerPlacement> placements = new ArrayList<>();
    int left = (int) layers.stream().filter(LayerSpec::isMoe).count();
    for (LayerSpec layer : layers) {
      if (!layer.isMoe()) {
        placements.add(LayerPlacement.NONE);
        continue;
      }
      LayerPlacement placement = place(layer, left--);
      if (placement == null) {
        return null;
      }
      long bytes = context.memory().expertBytes(layer, set.expertPrecision());
      for (int slot = 0; slot < placement.slots(); slot++) {
        room[placement.device(slot)] -= bytes;
      }
      placements.add(placement);
    }
    return measured(placements);
  }

  private @Nullable LayerPlacement place(LayerSpec layer, int left) {
    long bytes = context.memory().expertBytes(layer, set.expertPrecision());
    int experts = layer.routedExperts();
    int wanted =
        experts + (int) Math.floor(experts * context.request().options().redundantExpertShare());
    long slack = bytes * set.size();
    double affordable = (double) (Arrays.stream(room).sum() - slack) / left / bytes;
    int replicas = Math.max(experts, (int) Math.min(wanted, Math.floor(affordable)));
    int[] slots = slots(bytes, left, experts, replicas);
    if (Arrays.stream(slots).sum() < experts) {
      return null;
    }
    double touched = cost.touched(layer, context.load()[layer.index()]);
    double[] fixed = cost.expertReadSeconds(layer);
    for (int d = 0; d < fixed.length; d++) {
      fixed[d] *= touched;
    }
    LayerPlacement previous = inForce == null ? null : inForce.layer(set, layer.index());
    LayerProblem problem =
        new LayerProblem(
            context.load()[layer.index()],
            cost.routedTokens(layer),
            fixed,
            cost.expertTokenSeconds(layer),
            slots,
            replicas,
            previous,
            context.request().options().seed(),
            set.nodes(),
            layer.expertGroups(),
            clumping());
    if (inForce == null || !inForce.mends() || previous == null) {
      return context.policy().place(problem);
    }
    int before = inForce.placement().stageOf(layer.index()).layer(layer.index()).slots();
    return context.policy().mend(problem, before - previous.slots());
  }

  /** From microbatch to microbatch, with a text for each sequence and the prompts read between. */
  private double clumping() {
    Traffic traffic = context.traffic();
    return traffic == null
        ? TextClumping.of(microbatchTokens, context.request().workload().contextTokens())
        : TextClumping.of(microbatchTokens, traffic.promptTokens(), traffic.outputTokens());
  }

  /** Even part of each device's room; where that rounds to too few, the fullest parts round up. */
  private int[] slots(long bytes, int left, int experts, int replicas) {
    int[] slots = new int[room.length];
    int sum = 0;
    for (int d = 0; d < slots.length; d++) {
      slots[d] = (int) Math.min(experts, room[d] / left / bytes);
      sum += slots[d];
    }
    while (sum < replicas) {
      int best = -1;
      double bestRest = Double.NEGATIVE_INFINITY;
      for (int d = 0; d < slots.length; d++) {
        double rest = (double) room[d] / left / bytes - slots[d];
        if (slots[d] < experts && (slots[d] + 1) * bytes <= room[d] && rest > bestRest) {
          best = d;
          bestRest = rest;
        }
      }
      if (best < 0) {
        break;
      }
      slots[best]++;
      sum++;
    }
    return slots;
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
      expertSeconds += most + cost.imbalanceSeconds(layer);
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
    int most = 0;
    for (int i = 1; i < parts.length; i++) {
      most = parts[i] > parts[most] ? i : most;
    }
    int slowest = 0;
    for (int d = 1; d < base.length; d++) {
      slowest = base[d] + expert[d] > base[slowest] + expert[slowest] ? d : slowest;
    }
    return String.format(
        Locale.ROOT,
        "layers %d to %d on %s: %s takes %.0f %% of %.2f ms, slowest device %s",
        layers.getFirst().index(),
        layers.getLast().index(),
        set.describe(),
        names[most],
        100 * parts[most] / total,
        1000 * total,
        set.deviceIds().get(slowest));
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
