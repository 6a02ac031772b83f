package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Shard;

/**
 * Seconds and bytes of any range of layers on a stage of equal devices of one kind, for one size
 * and one number of microbatch tokens, with perfectly balanced experts.
 */
final class StageKind {
  private final DeviceKind kind;
  private final int devices;
  private final int tensorParallel;
  private final double[] seconds;
  private final double[] passSeconds;
  private final double passesForEach;
  private final double headSeconds;
  private final double hopSeconds;
  private final LayerBytes bytes;

  /** Bytes of layers on a kind, as prefix sums, whatever the size of the stage. */
  static final class LayerBytes {
    private final double[] base;
    private final double[] experts;
    private final double[] kvPerSequence;
    private final double embedding;
    private final double head;
    private final double slack;
    private final double headroom;

    LayerBytes(PlanningContext context, DeviceKind kind, int tensorParallel) {
      DeviceSet one = kind.set(1);
      MemoryModel memory = context.memory();
      int layers = context.layers();
      base = new double[layers + 1];
      experts = new double[layers + 1];
      kvPerSequence = new double[layers + 1];
      int contextTokens = context.request().workload().contextTokens();
      for (LayerSpec layer : context.model().layers()) {
        int i = layer.index();
        base[i + 1] = base[i] + memory.layerBytes(layer, one.precision(), tensorParallel);
        experts[i + 1] =
            experts[i]
                + (double) layer.routedExperts() * memory.expertBytes(layer, one.expertPrecision());
        kvPerSequence[i + 1] =
            kvPerSequence[i]
                + memory.kvBytesPerToken(layer)
                    * MemoryModel.cacheCopies(layer, tensorParallel)
                    * contextTokens;
      }
      embedding = (double) memory.shardBytes(Shard.ofEmbedding(one.precision())) / tensorParallel;
      head = (double) memory.shardBytes(Shard.ofHead(one.precision())) / tensorParallel;
      slack = memory.largestExpertBytes(one.expertPrecision());
      headroom = context.headroomBytes(one);
    }
  }

  /**
   * A stage kind.
   *
   * @param devices as which the stage works
   * @param tensorParallel neighbours that divide layers between them
   * @param tokens of a microbatch
   * @param layerClasses class of each layer, see {@link LayerClasses}
   */
  StageKind(
      PlanningContext context,
      DeviceKind kind,
      LayerBytes bytes,
      int devices,
      int tensorParallel,
      double tokens,
      LayerClasses layerClasses) {
    this.kind = kind;
    this.devices = devices;
    this.tensorParallel = tensorParallel;
    this.bytes = bytes;
    DeviceSet set = kind.set(devices, tensorParallel);
    StageCost cost = set.cost(context.step(), set.shares(), tokens);
    double[] each = layerClasses.seconds(cost, tokens);
    seconds = new double[context.layers() + 1];
    passSeconds = new double[context.layers() + 1];
    Traffic traffic = context.traffic();
    PromptTimes prompts = traffic == null ? null : PromptTimes.of(context, set, traffic);
    passesForEach = prompts == null ? 0 : prompts.passesForEach();
    for (int layer = 0; layer < context.layers(); layer++) {
      seconds[layer + 1] = seconds[layer] + each[layerClasses.of(layer)];
      if (prompts != null) {
        seconds[layer + 1] += prompts.addedSeconds(layer, layer + 1, tokens);
        passSeconds[layer + 1] = passSeconds[layer] + prompts.seconds()[layer];
      }
    }
    headSeconds = cost.headSeconds();
    hopSeconds = cost.hopSeconds();
  }

  DeviceKind kind() {
    return kind;
  }

  int devices() {
    return devices;
  }

  int tensorParallel() {
    return tensorParallel;
  }

  /** Seconds of one microbatch for layers [from, to). */
  double seconds(int from, int to) {
    boolean last = to == seconds.length - 1;
    return seconds[to]
        - seconds[from]
        + CostConstants.STAGE_OVERHEAD_SECONDS
        + (last ? headSeconds : hopSeconds);
  }

  /** Seconds of reading one prompt on each device for layers [from, to); 0 where none is read. */
  double passSeconds(int from, int to) {
    return passSeconds[to] - passSeconds[from];
  }

  /** Passes of {@link #passSeconds} for each decoded token. */
  double passesForEach() {
    return passesForEach;
  }

  /**
   * Whether layers [from, to) fit in memory with the cache of that many sequences.
   *
   * @param workspaceBytes of each device, by whether the stage holds the head (1) or not (0)
   */
  boolean fits(int from, int to, double sequences, double[] workspaceBytes) {
    boolean last = to == seconds.length - 1;
    double free = kind.capacityBytes() - workspaceBytes[last ? 1 : 0] - bytes.headroom;
    double base =
        bytes.base[to]
            - bytes.base[from]
            + (from == 0 ? bytes.embedding : 0)
            + (last ? bytes.head : 0);
    double spread =
        bytes.experts[to]
            - bytes.experts[from]
            + (bytes.kvPerSequence[to] - bytes.kvPerSequence[from]) * sequences;
    return base <= free && devices * (base + bytes.slack) + spread <= devices * free;
  }

  /** Workspace of each device with that many sequences: without the head, and with it. */
  double[] workspaceBytes(MemoryModel memory) {
    long capacity = kind.capacityBytes();
    String library = kind.fastest().device().collectiveLibrary();
    return new double[] {
      memory.workspaceBytes(library, capacity, 1.0 / devices, devices, false, tensorParallel),
      memory.workspaceBytes(library, capacity, 1.0 / devices, devices, true, tensorParallel)
    };
  }
}
