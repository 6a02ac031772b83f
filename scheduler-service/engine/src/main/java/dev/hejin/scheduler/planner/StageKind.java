package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Shard;

/**
 * Seconds and bytes of any range of layers on a stage of one form, whose devices are all like the
 * fastest of their kind, for one number of microbatch tokens, with perfectly balanced experts.
 */
final class StageKind {
  private final StageForm form;
  private final double[] seconds;
  private final double[] firstSeconds;
  private final double[] passSeconds;
  private final double passesForEach;
  private final double headSeconds;
  private final double hopSeconds;
  private final LayerBytes bytes;
  private final LayerBytes otherBytes;

  /** Bytes of layers on a kind, as prefix sums, whatever the size of the stage. */
  static final class LayerBytes {
    private final double[] base;
    private final double[] experts;
    private final double[] kvPerSequence;
    private final double embedding;
    private final double head;
    private final double slack;
    private final double headroom;

    LayerBytes(PlanningContext context, DeviceSet one, int tensorParallel) {
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
   * @param bytes of layers on the first kind of device, as the form divides them
   * @param otherBytes on the other kind; the same where there is none
   * @param tokens of a microbatch
   * @param layerClasses class of each layer, see {@link LayerClasses}
   */
  StageKind(
      PlanningContext context,
      StageForm form,
      LayerBytes bytes,
      LayerBytes otherBytes,
      double tokens,
      LayerClasses layerClasses) {
    this.form = form;
    this.bytes = bytes;
    this.otherBytes = otherBytes;
    seconds = new double[context.layers() + 1];
    firstSeconds = new double[context.layers() + 1];
    passSeconds = new double[context.layers() + 1];
    DeviceSet set = form.set(context, tokens);
    if (form.isApart()) {
      ApartCost cost = Parts.best(context, set, set.attention().shares(), tokens);
      passesForEach = 0;
      headSeconds = cost.headSeconds();
      hopSeconds = cost.hopSeconds();
      measure(context, cost, tokens, layerClasses);
      return;
    }
    StageCost cost = set.cost(context.step(), set.shares(), tokens);
    double[] each = layerClasses.seconds(cost, tokens);
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

  /** Layers of a divided stage; each run of layers with experts fills once, where it begins. */
  private void measure(
      PlanningContext context, ApartCost cost, double tokens, LayerClasses layerClasses) {
    double[] touched = layerClasses.touched(tokens / cost.parts());
    boolean running = false;
    for (LayerSpec layer : context.model().layers()) {
      int i = layer.index();
      double most = LayerClasses.expertSeconds(cost.experts(), layer, touched[layerClasses.of(i)]);
      double fill = cost.fillSeconds(layer, most);
      seconds[i + 1] = seconds[i] + cost.layerSeconds(layer, most) + (running ? 0 : fill);
      firstSeconds[i] = running ? fill : 0;
      running = layer.isMoe();
    }
  }

  StageForm form() {
    return form;
  }

  /** Seconds of one microbatch for layers [from, to). */
  double seconds(int from, int to) {
    boolean last = to == seconds.length - 1;
    return seconds[to]
        - seconds[from]
        + firstSeconds[from]
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
   * @param workspaceBytes of each device, by whether the stage holds the head (1) or not (0); 2 and
   *     3 of the other kind
   */
  boolean fits(int from, int to, double sequences, double[] workspaceBytes) {
    int head = to == seconds.length - 1 ? 1 : 0;
    DeviceKind other = form.other();
    double cache = (bytes.kvPerSequence[to] - bytes.kvPerSequence[from]) * sequences;
    double free = form.kind().capacityBytes() - workspaceBytes[head] - bytes.headroom;
    double base = base(bytes, from, to);
    double routed = bytes.experts[to] - bytes.experts[from];
    int devices = form.devices();
    if (other == null) {
      return base <= free && devices * (base + bytes.slack) + cache + routed <= devices * free;
    }
    int others = form.otherDevices();
    double otherFree =
        other.capacityBytes() - workspaceBytes[2 + head] - otherBytes.headroom - otherBytes.slack;
    if (form.isApart()) {
      routed = otherBytes.experts[to] - otherBytes.experts[from];
      return base <= free
          && devices * base + cache <= devices * free
          && routed <= others * otherFree;
    }
    double left = devices * (free - base - bytes.slack) + others * (otherFree - base);
    return base <= free && base <= otherFree && cache + routed <= left;
  }

  private double base(LayerBytes of, int from, int to) {
    return of.base[to]
        - of.base[from]
        + (from == 0 ? of.embedding : 0)
        + (to == seconds.length - 1 ? of.head : 0);
  }

  /**
   * Workspace of each device with that many sequences: without the head, and with it; then the same
   * of the other kind.
   */
  double[] workspaceBytes(MemoryModel memory) {
    DeviceKind other = form.other();
    if (other == null) {
      return new double[] {
        workspace(memory, form.kind(), false), workspace(memory, form.kind(), true)
      };
    }
    if (form.isApart()) {
      double share = 1.0 / form.devices();
      double rows = CostConstants.DISPATCH_SKEW / form.otherDevices();
      double experts =
          memory.apartWorkspaceBytes(library(other), other.capacityBytes(), 0, rows, false);
      long capacity = form.kind().capacityBytes();
      String library = library(form.kind());
      return new double[] {
        memory.apartWorkspaceBytes(library, capacity, share, share, false),
        memory.apartWorkspaceBytes(library, capacity, share, share, true),
        experts,
        experts
      };
    }
    return new double[] {
      workspace(memory, form.kind(), false),
      workspace(memory, form.kind(), true),
      workspace(memory, other, false),
      workspace(memory, other, true)
    };
  }

  private double workspace(MemoryModel memory, DeviceKind kind, boolean last) {
    int all = form.allDevices();
    return memory.workspaceBytes(
        library(kind), kind.capacityBytes(), 1.0 / all, all, last, form.tensorParallel());
  }

  private static String library(DeviceKind kind) {
    return kind.fastest().device().collectiveLibrary();
  }
}
