package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
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

  /** Filling of runs of layers that have experts apart and begin before each layer. */
  private final double[] runSeconds;

  /** Filling where a stage begins in the middle of such a run. */
  private final double[] firstSeconds;

  private final double[] baseBytes;
  private final double[] cacheBytes;
  private final double[] expertBytes;
  private final double headSeconds;
  private final double hopSeconds;
  private final long embeddingBytes;
  private final long headBytes;
  private final double slackBytes;
  private final Free attention;
  private final Free experts;

  /**
   * Bytes that are free on the fullest and on all of some devices: without the head, and with it.
   */
  private record Free(int devices, double[] least, double[] sum) {
    interface Workspace {
      long bytes(int device, boolean last);
    }

    static Free of(PlanningContext context, DeviceSet set, int from, int to, Workspace workspace) {
      Free free = new Free(to - from, new double[2], new double[2]);
      for (int last = 0; last < 2; last++) {
        free.least[last] = Double.POSITIVE_INFINITY;
        for (int d = from; d < to; d++) {
          double bytes =
              (double) set.members().get(d).capacityBytes()
                  - workspace.bytes(d, last == 1)
                  - context.headroomBytes(set);
          free.least[last] = Math.min(free.least[last], bytes);
          free.sum[last] += bytes;
        }
      }
      return free;
    }

    /** Bytes that are missing for a base on each device and a spread over all. */
    double missing(double base, double spread, boolean head) {
      int kind = head ? 1 : 0;
      double overall = devices * base + spread - sum[kind];
      return Math.max(0, Math.max(overall, devices * (base - least[kind])));
    }
  }

  StageTable(PlanningContext context, DeviceSet set, double microbatchTokens) {
    this.set = set;
    int layers = context.layers();
    seconds = new double[layers + 1];
    runSeconds = new double[layers + 1];
    firstSeconds = new double[layers + 1];
    baseBytes = new double[layers + 1];
    cacheBytes = new double[layers + 1];
    expertBytes = new double[layers + 1];
    MemoryModel memory = context.memory();
    int tensor = set.tensorParallel();
    for (LayerSpec layer : context.model().layers()) {
      int i = layer.index();
      baseBytes[i + 1] = baseBytes[i] + memory.layerBytes(layer, set.precision(), tensor);
      cacheBytes[i + 1] =
          cacheBytes[i] + memory.kvBytes(layer) * MemoryModel.cacheCopies(layer, tensor);
      expertBytes[i + 1] =
          expertBytes[i]
              + (double) layer.routedExperts() * memory.expertBytes(layer, set.expertPrecision());
    }
    embeddingBytes = Math.ceilDiv(memory.shardBytes(Shard.ofEmbedding(set.precision())), tensor);
    headBytes = Math.ceilDiv(memory.shardBytes(Shard.ofHead(set.precision())), tensor);
    int holders = set.isApart() ? set.expertDevices() : set.size();
    slackBytes = (double) holders * memory.largestExpertBytes(set.expertPrecision());
    if (set.isApart()) {
      ApartCost cost = Parts.best(context, set, set.attention().shares(), microbatchTokens);
      times(context, cost);
      headSeconds = cost.headSeconds();
      hopSeconds = cost.hopSeconds();
      attention = attentionFree(context);
      experts = expertFree(context);
    } else {
      StageCost cost = set.cost(context.step(), set.shares(), microbatchTokens);
      times(context, cost, microbatchTokens);
      headSeconds = cost.headSeconds();
      hopSeconds = cost.hopSeconds();
      attention = Free.of(context, set, 0, set.size(), (d, last) -> workspace(memory, d, last));
      experts = attention;
    }
  }

  private void times(PlanningContext context, StageCost cost, double microbatchTokens) {
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
    }
  }

  private void times(PlanningContext context, ApartCost cost) {
    boolean running = false;
    for (LayerSpec layer : context.model().layers()) {
      int i = layer.index();
      double most = cost.experts().balancedExpertSeconds(layer, context.load()[i]);
      double fill = cost.fillSeconds(layer, most);
      seconds[i + 1] = seconds[i] + cost.layerSeconds(layer, most);
      runSeconds[i + 1] = runSeconds[i] + (running ? 0 : fill);
      firstSeconds[i] = running ? fill : 0;
      running = layer.isMoe();
    }
  }

  private long workspace(MemoryModel memory, int device, boolean last) {
    return memory.workspaceBytes(
        set.members().get(device).device().collectiveLibrary(),
        set.members().get(device).capacityBytes(),
        set.tokenShares().get(device),
        set.size(),
        last,
        set.tensorParallel());
  }

  private Free attentionFree(PlanningContext context) {
    return Free.of(
        context,
        set,
        0,
        set.attentionDevices(),
        (d, last) ->
            context
                .memory()
                .apartWorkspaceBytes(
                    set.library(),
                    set.members().get(d).capacityBytes(),
                    set.tokenShares().get(d),
                    set.tokenShares().get(d),
                    last));
  }

  private Free expertFree(PlanningContext context) {
    DeviceSet its = set.experts();
    return Free.of(
        context,
        set,
        set.attentionDevices(),
        set.size(),
        (d, last) ->
            ApartBuilder.expertWorkspaceBytes(
                context.memory(), its, set.members().get(d).capacityBytes()));
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
        + runSeconds[to]
        - runSeconds[from]
        + firstSeconds[from]
        + CostConstants.STAGE_OVERHEAD_SECONDS
        + (last ? headSeconds : hopSeconds);
  }

  /** Bytes that layers [from, to) lack on this set; 0 when they fit. */
  double missingBytes(int from, int to, boolean first, boolean last) {
    double base =
        baseBytes[to] - baseBytes[from] + (first ? embeddingBytes : 0) + (last ? headBytes : 0);
    double cache = cacheBytes[to] - cacheBytes[from];
    double routed = expertBytes[to] - expertBytes[from] + slackBytes;
    return set.isApart()
        ? attention.missing(base, cache, last) + experts.missing(0, routed, last)
        : attention.missing(base, cache + routed, last);
  }

  boolean fits(int from, int to, boolean first, boolean last) {
    return missingBytes(from, to, first, last) <= 0;
  }
}
