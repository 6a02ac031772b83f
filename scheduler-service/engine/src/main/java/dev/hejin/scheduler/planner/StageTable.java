package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Shard;

/**
 * Estimated seconds and bytes of any range of layers on one device set, from prefix sums: experts
 * count as perfectly balanced. Exact numbers come later, for few layouts.
 */
final class StageTable {
  private final DeviceSet set;
  private final double[] seconds;
  private final double[] baseBytes;
  private final double[] spreadBytes;
  private final double headSeconds;
  private final double hopSeconds;
  private final long embeddingBytes;
  private final long headBytes;
  private final double slackBytes;
  private final double[] leastFree = new double[2];
  private final double[] sumFree = new double[2];

  StageTable(PlanningContext context, DeviceSet set, double microbatchTokens) {
    this.set = set;
    MemoryModel memory = context.memory();
    StageCost cost = set.cost(context.step(), set.shares(), microbatchTokens);
    int layers = context.layers();
    int tensor = set.tensorParallel();
    seconds = new double[layers + 1];
    baseBytes = new double[layers + 1];
    spreadBytes = new double[layers + 1];
    double shared = 0;
    LayerSpec before = null;
    Traffic traffic = context.traffic();
    PromptTimes prompts = traffic == null ? null : PromptTimes.of(context, set, traffic);
    for (LayerSpec layer : context.model().layers()) {
      int i = layer.index();
      if (before == null || !alike(before, layer)) {
        shared = cost.layerSeconds(layer, 0);
      }
      before = layer;
      seconds[i + 1] = seconds[i] + shared + cost.balancedExpertSeconds(layer, context.load()[i]);
      if (prompts != null) {
        seconds[i + 1] += prompts.addedSeconds(i, i + 1, microbatchTokens);
      }
      baseBytes[i + 1] = baseBytes[i] + memory.layerBytes(layer, set.precision(), tensor);
      spreadBytes[i + 1] =
          spreadBytes[i]
              + memory.kvBytes(layer) * MemoryModel.cacheCopies(layer, tensor)
              + (double) layer.routedExperts() * memory.expertBytes(layer, set.expertPrecision());
    }
    headSeconds = cost.headSeconds();
    hopSeconds = cost.hopSeconds();
    embeddingBytes = Math.ceilDiv(memory.shardBytes(Shard.ofEmbedding(set.precision())), tensor);
    headBytes = Math.ceilDiv(memory.shardBytes(Shard.ofHead(set.precision())), tensor);
    slackBytes = (double) set.size() * memory.largestExpertBytes(set.expertPrecision());
    for (int last = 0; last < 2; last++) {
      leastFree[last] = Double.POSITIVE_INFINITY;
      for (int d = 0; d < set.size(); d++) {
        long capacity = set.members().get(d).capacityBytes();
        double free =
            (double) capacity
                - memory.workspaceBytes(
                    set.library(),
                    capacity,
                    set.tokenShares().get(d),
                    set.size(),
                    last == 1,
                    tensor)
                - context.headroomBytes(set);
        leastFree[last] = Math.min(leastFree[last], free);
        sumFree[last] += free;
      }
    }
  }

  /** Whether two layers take the same time when their experts are balanced. */
  static boolean alike(LayerSpec a, LayerSpec b) {
    return a.attention().equals(b.attention())
        && a.denseParameters() == b.denseParameters()
        && a.routerParameters() == b.routerParameters()
        && a.normParameters() == b.normParameters()
        && a.expertParameters() == b.expertParameters()
        && a.expertsPerToken() == b.expertsPerToken();
  }

  DeviceSet set() {
    return set;
  }

  /** Estimated seconds of one microbatch for layers [from, to). */
  double seconds(int from, int to, boolean last) {
    return seconds[to]
        - seconds[from]
        + CostConstants.STAGE_OVERHEAD_SECONDS
        + (last ? headSeconds : hopSeconds);
  }

  /** Bytes that layers [from, to) lack on this set; 0 when they fit. */
  double missingBytes(int from, int to, boolean first, boolean last) {
    int kind = last ? 1 : 0;
    double base =
        baseBytes[to] - baseBytes[from] + (first ? embeddingBytes : 0) + (last ? headBytes : 0);
    double spread = spreadBytes[to] - spreadBytes[from] + slackBytes;
    double overall = set.size() * base + spread - sumFree[kind];
    return Math.max(0, Math.max(overall, set.size() * (base - leastFree[kind])));
  }

  boolean fits(int from, int to, boolean first, boolean last) {
    return missingBytes(from, to, first, last) <= 0;
  }
}
