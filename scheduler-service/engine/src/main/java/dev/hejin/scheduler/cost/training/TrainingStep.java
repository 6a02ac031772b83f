package dev.hejin.scheduler.cost.training;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Seconds of one optimizer step under DualPipe, part by part, from one measured layer:
 *
 * <pre>
 * pair  = max(compute, exchange) + what the measured pair exposes of both
 * apart = compute + exchange, halves of the exchange in forward and backward
 * step  = pipeline of unequal stages + transfers + gradients + optimizer
 * </pre>
 *
 * <p>Products cost the same forward, for the input and for the weights; attention is measured. A
 * dense layer computes as much more or less as it has weights in use and exchanges nothing. The
 * last stage adds prediction modules (DeepSeek-V3 report, arXiv 2412.19437, section 2.2: a layer, a
 * projection of two rows and the head again) and heads in 16 bits whose logits move {@value
 * #LOGIT_PASSES} times in 32 bits. Imbalance lengthens grouped products and exchanges.
 */
public final class TrainingStep {
  /** Logits written, read for maximum, sum and gradient, gradient written and read. */
  private static final int LOGIT_PASSES = 6;

  /** Master weight and gradient in 32 bits, two moments in 16 bits, read and written. */
  private static final double OPTIMIZER_BYTES = 24;

  private static final double GRADIENT_BYTES = 4;
  private static final double WEIGHT_BYTES = 2;

  private final ModelSpec model;
  private final MeasuredLayer measured;
  private final TrainingLayout layout;
  private final TrainingDevice device;

  public TrainingStep(
      ModelSpec model, MeasuredLayer measured, TrainingLayout layout, TrainingDevice device) {
    this.model = model;
    this.measured = measured;
    this.layout = layout;
    this.device = device;
    if (model.layers().stream().noneMatch(LayerSpec::isMoe)) {
      throw new IllegalArgumentException(
          "model " + model.name() + " has no experts\nMaybe the trace is of another model.");
    }
    if (model.layers().size() < layout.ranks()) {
      throw new IllegalArgumentException(
          model.layers().size() + " layers for " + layout.ranks() + " ranks\nMaybe fewer ranks.");
    }
  }

  /**
   * A part of a step.
   *
   * @param name of the part
   * @param seconds that it adds
   */
  public record Part(String name, double seconds) {}

  /** Work of a stage for one microbatch, compute and exchange apart. */
  private record Work(double forward, double input, double weight, double exchange, double open) {
    static final Work NONE = new Work(0, 0, 0, 0, 0);

    Work plus(Work other) {
      return new Work(
          forward + other.forward,
          input + other.input,
          weight + other.weight,
          exchange + other.exchange,
          open + other.open);
    }
  }

  /** Parts of one step of a phase, in the order in which they are found. */
  public List<Part> parts(TrainingPhase phase) {
    double microbatches = phase.sequencesPerStep() / layout.pipelines();
    double length = phase.sequenceTokens();
    List<Work> even = stages(length, 1, false);
    List<Work> whole = stages(length, 1, true);
    List<Work> real = stages(length, layout.imbalance(), true);
    double pair = times(even).pair()[0][0];
    double mean =
        model.layers().size() / (double) layout.ranks() / layersOfStage() * pair * microbatches;
    double filled = run(even, microbatches);
    double unequal = run(whole, microbatches);
    double imbalanced = run(real, microbatches);
    return List.of(
        new Part("layers, as in the trace", mean),
        new Part("filling and draining, exchanges not hidden there", filled - mean),
        new Part("heads, prediction and dense layers", unequal - filled),
        new Part("imbalance of experts", imbalanced - unequal),
        new Part("transfers between stages", transferSeconds(length)),
        new Part("gradients and weights between replicas", replicaSeconds()),
        new Part("optimizer", optimizerSeconds()));
  }

  /** Seconds of one step. */
  public double seconds(TrainingPhase phase) {
    return parts(phase).stream().mapToDouble(Part::seconds).sum();
  }

  /** What a phase costs. */
  public TrainingBill bill(TrainingPhase phase, double usdPerDeviceHour) {
    return TrainingBill.of(
        phase.tokens(),
        phase.sequencesPerStep() * phase.sequenceTokens(),
        seconds(phase),
        layout.devices(),
        usdPerDeviceHour);
  }

  private int layersOfStage() {
    int all = model.layers().size() + model.predictionLayers();
    return Math.ceilDiv(all, layout.ranks());
  }

  /**
   * Stages: as many layers each from the front; all equal to the fullest when not {@code whole}.
   */
  private List<Work> stages(double length, double imbalance, boolean whole) {
    Work moe = layer(example(), length, imbalance);
    int each = layersOfStage();
    List<Work> stages = new ArrayList<>();
    for (int stage = 0; stage < layout.ranks(); stage++) {
      Work work = Work.NONE;
      for (int i = stage * each; i < (stage + 1) * each; i++) {
        if (!whole) {
          work = work.plus(moe);
        } else if (i < model.layers().size()) {
          work = work.plus(layer(model.layers().get(i), length, imbalance));
        } else if (i < model.layers().size() + model.predictionLayers()) {
          work =
              work.plus(moe).plus(product(2.0 * model.hiddenSize() * model.hiddenSize(), length));
        }
      }
      boolean last = stage == layout.ranks() - 1;
      for (int head = 0; whole && last && head <= model.predictionLayers(); head++) {
        work = work.plus(head(length));
      }
      stages.add(work);
    }
    return stages;
  }

  private LayerSpec example() {
    return model.layers().stream().filter(LayerSpec::isMoe).findFirst().orElseThrow();
  }

  private static double active(LayerSpec layer) {
    return layer.attention().parameters()
        + layer.denseParameters()
        + (double) layer.expertsPerToken() * layer.expertParameters();
  }

  private Work layer(LayerSpec layer, double length, double imbalance) {
    double tokens = length / measured.tokens();
    double squared = tokens * length / measured.sequenceTokens();
    double attentionForward = measured.attentionForwardSeconds() * squared;
    double attentionBackward = measured.attentionBackwardSeconds() * squared;
    double compute = measured.pairSeconds() * measured.computeShare();
    double rest =
        (compute - measured.attentionForwardSeconds() - measured.attentionBackwardSeconds()) / 3;
    double third = rest * tokens * active(layer) / active(example());
    if (!layer.isMoe()) {
      return new Work(attentionForward + third, attentionBackward + third, third, 0, 0);
    }
    double grouped =
        2.0
            * layer.expertsPerToken()
            * layer.expertParameters()
            * length
            / device.narrowOpsPerSecond();
    double more = grouped * (imbalance - 1);
    double exchange = measured.pairSeconds() * measured.exchangeShare();
    double open = measured.pairSeconds() - Math.max(compute, exchange);
    return new Work(
        attentionForward + third + more,
        attentionBackward + third + more,
        third + more,
        exchange * tokens * imbalance,
        open * tokens);
  }

  private Work product(double weights, double tokens) {
    double third = 2 * weights * tokens / device.narrowOpsPerSecond();
    return new Work(third, third, third, 0, 0);
  }

  private Work head(double tokens) {
    double third = 2.0 * model.embeddingParameters() * tokens / device.wideOpsPerSecond();
    double logits =
        LOGIT_PASSES * 4.0 * tokens * model.vocabularySize() / device.memoryBytesPerSecond();
    return new Work(third + logits / 2, third + logits / 2, third, 0, 0);
  }

  private static StageTimes times(List<Work> stages) {
    int count = stages.size();
    double[] forward = new double[count];
    double[] input = new double[count];
    double[] weight = new double[count];
    double[][] pair = new double[count][count];
    for (int f = 0; f < count; f++) {
      Work work = stages.get(f);
      forward[f] = work.forward() + work.exchange() / 2;
      input[f] = work.input() + work.exchange() / 2;
      weight[f] = work.weight();
      for (int b = 0; b < count; b++) {
        Work back = stages.get(b);
        double compute = work.forward() + back.input() + back.weight();
        double exchange = (work.exchange() + back.exchange()) / 2;
        pair[f][b] = Math.max(compute, exchange) + (work.open() + back.open()) / 2;
      }
    }
    return new StageTimes(forward, input, weight, pair);
  }

  /** Fewer microbatches than DualPipe needs, or half ones, count as so many pairs less. */
  private double run(List<Work> stages, double microbatches) {
    StageTimes times = times(stages);
    int least = 2 * layout.ranks();
    int whole = Math.max(least, 2 * (int) Math.floor(microbatches / 2));
    double seconds = run(times, whole);
    if (whole == microbatches) {
      return seconds;
    }
    double each = (run(times, whole + 2) - seconds) / 2;
    return seconds + (microbatches - whole) * each;
  }

  private double run(StageTimes times, int microbatches) {
    PipelineSchedule schedule = PipelineSchedule.DUAL_PIPE;
    return PipelineSimulation.run(schedule, layout.ranks(), microbatches, 1, times).seconds();
  }

  /** Rows of a microbatch pass every stage forward and backward; only filling waits for them. */
  private double transferSeconds(double tokens) {
    double hop = tokens * model.hiddenSize() * 2.0 / device.networkBytesPerSecond();
    return 2 * (layout.ranks() - 1) * hop;
  }

  /** Weights of one device: of experts that it holds, and of all else of its two stages. */
  private double[] held() {
    double experts = 0;
    double rest = 0;
    for (LayerSpec layer : model.layers()) {
      experts += (double) layer.routedExperts() * layer.expertParameters();
      rest += layer.baseParameters();
    }
    double stages = 2.0 / layout.ranks();
    return new double[] {stages * experts / layout.expertParallel(), stages * rest};
  }

  /** Copies of experts and of all else; DualPipe keeps two of each stage. */
  private double[] copies() {
    double pipelines = layout.pipelines();
    return new double[] {2 * pipelines / layout.expertParallel(), 2 * pipelines};
  }

  /**
   * Gradients are summed in 32 bits to their owner, weights come back in 16 bits (ZeRO stage 1).
   * Copies of experts are on other nodes; other weights go through the link of a node first.
   */
  private double replicaSeconds() {
    double bytes = GRADIENT_BYTES + WEIGHT_BYTES;
    double[] held = held();
    double[] copies = copies();
    double experts = bytes * held[0] * (1 - 1 / copies[0]) / device.networkBytesPerSecond();
    double near = Math.min(copies[1], device.devicesPerNode());
    double rest =
        bytes * held[1] * (1 - 1 / near) / device.linkBytesPerSecond()
            + bytes * held[1] / near * (1 - near / copies[1]) / device.networkBytesPerSecond();
    return experts + rest;
  }

  private double optimizerSeconds() {
    double[] held = held();
    double[] copies = copies();
    double owned = held[0] / copies[0] + held[1] / copies[1];
    return OPTIMIZER_BYTES * owned / device.memoryBytesPerSecond();
  }
}
