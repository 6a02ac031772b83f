package dev.hejin.scheduler.cost.training;

import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.BACKWARD_INPUT;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.FORWARD;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.PAIR;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.WEIGHTS;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a schedule: a rank does its operations in order, each as soon as what it needs is there. A
 * forward needs the forward of the stage before; a backward needs its own forward and the backward
 * of the stage after. With equal stages the idle time agrees with the published formulas (table 2
 * of the DeepSeek-V3 report).
 */
public final class PipelineSimulation {
  private static final double NEVER = Double.POSITIVE_INFINITY;

  private final StageTimes times;
  private final boolean fills;
  private final int stages;
  private final int microbatches;
  private final List<List<PipelineOperation>> operations;
  private final double[] free;
  private final double[] busy;
  private final double[] forwardDone;
  private final double[] backwardDone;
  private final List<ArrayDeque<PipelineOperation>> waiting = new ArrayList<>();

  private PipelineSimulation(
      PipelineSchedule schedule, int ranks, int microbatches, int chunks, StageTimes times) {
    this.times = times;
    this.fills = schedule == PipelineSchedule.ZERO_BUBBLE;
    this.stages = times.stages();
    this.microbatches = microbatches;
    this.operations = schedule.operations(ranks, microbatches, chunks);
    this.free = new double[ranks];
    this.busy = new double[ranks];
    this.forwardDone = new double[2 * stages * microbatches];
    this.backwardDone = new double[2 * stages * microbatches];
    Arrays.fill(forwardDone, NEVER);
    Arrays.fill(backwardDone, NEVER);
    for (int rank = 0; rank < ranks; rank++) {
      waiting.add(new ArrayDeque<>());
    }
  }

  /**
   * What came out.
   *
   * @param seconds until the last rank is done
   * @param idleSeconds of the rank that works most
   * @param mostIdleSeconds of the rank that works least
   */
  public record Outcome(double seconds, double idleSeconds, double mostIdleSeconds) {}

  /**
   * Runs one step.
   *
   * @param ranks of the pipeline
   * @param microbatches of the step
   * @param chunks stages of each rank, for the interleaved schedule; else 1
   * @param times of as many stages as the ranks hold
   * @throws IllegalArgumentException when the schedule cannot be built from these numbers
   */
  public static Outcome run(
      PipelineSchedule schedule, int ranks, int microbatches, int chunks, StageTimes times) {
    check(schedule, ranks, microbatches, chunks, times);
    return new PipelineSimulation(schedule, ranks, microbatches, chunks, times).run();
  }

  private static void check(
      PipelineSchedule schedule, int ranks, int microbatches, int chunks, StageTimes times) {
    boolean fits =
        switch (schedule) {
          case ONE_FORWARD_ONE_BACKWARD, ZERO_BUBBLE -> ranks >= 1 && microbatches >= 1;
          case INTERLEAVED -> ranks >= 1 && microbatches >= 1 && microbatches % ranks == 0;
          case DUAL_PIPE ->
              ranks >= 2 && ranks % 2 == 0 && microbatches % 2 == 0 && microbatches >= 2 * ranks;
          case DUAL_PIPE_V -> ranks >= 1 && microbatches >= 2 * ranks;
        };
    if (!fits || chunks < 1 || times.stages() != schedule.stages(ranks, chunks)) {
      throw new IllegalArgumentException(
          "schedule %s: %d ranks, %d microbatches, %d chunks, times of %d stages\nMaybe %s"
              .formatted(
                  schedule,
                  ranks,
                  microbatches,
                  chunks,
                  times.stages(),
                  "there are too few microbatches: DualPipe needs twice as many as ranks, the"
                      + " interleaved schedule a multiple of the ranks."));
    }
  }

  private Outcome run() {
    int[] next = new int[free.length];
    while (true) {
      int chosen = -1;
      double earliest = NEVER;
      for (int rank = 0; rank < next.length; rank++) {
        if (next[rank] < operations.get(rank).size()) {
          double start = Math.max(free[rank], ready(operations.get(rank).get(next[rank])));
          if (start < earliest) {
            earliest = start;
            chosen = rank;
          }
        }
      }
      if (chosen < 0) {
        break;
      }
      perform(chosen, operations.get(chosen).get(next[chosen]++), earliest);
    }
    for (int rank = 0; rank < free.length; rank++) {
      while (!waiting.get(rank).isEmpty()) {
        fill(rank);
      }
    }
    double end = Arrays.stream(free).max().orElse(0);
    return new Outcome(
        end, end - Arrays.stream(busy).max().orElse(0), end - Arrays.stream(busy).min().orElse(0));
  }

  private int place(int route, int stage, int microbatch) {
    return (route * stages + stage) * microbatches + microbatch;
  }

  private double ready(PipelineOperation operation) {
    if (operation.kind() == WEIGHTS) {
      return 0;
    }
    if (operation.kind() == FORWARD) {
      return forwardReady(operation.route(), operation.stage(), operation.microbatch());
    }
    if (operation.kind() == PAIR) {
      return Math.max(
          forwardReady(operation.route(), operation.stage(), operation.microbatch()),
          backwardReady(operation.pairRoute(), operation.pairStage(), operation.pairMicrobatch()));
    }
    return backwardReady(operation.route(), operation.stage(), operation.microbatch());
  }

  private double forwardReady(int route, int stage, int microbatch) {
    return stage == 0 ? 0 : forwardDone[place(route, stage - 1, microbatch)];
  }

  private double backwardReady(int route, int stage, int microbatch) {
    double own = forwardDone[place(route, stage, microbatch)];
    return stage == stages - 1
        ? own
        : Math.max(own, backwardDone[place(route, stage + 1, microbatch)]);
  }

  private void perform(int rank, PipelineOperation operation, double earliest) {
    double start = earliest;
    if (fills) {
      start = fillBefore(rank, operation, start);
    }
    double end = start + operation.seconds(times);
    busy[rank] += operation.seconds(times);
    free[rank] = end;
    int place = place(operation.route(), operation.stage(), operation.microbatch());
    switch (operation.kind()) {
      case FORWARD -> forwardDone[place] = end;
      case BACKWARD, BACKWARD_INPUT -> backwardDone[place] = end;
      case PAIR -> {
        forwardDone[place] = end;
        int pair = place(operation.pairRoute(), operation.pairStage(), operation.pairMicrobatch());
        backwardDone[pair] = end;
      }
      case WEIGHTS -> {
        // Nothing waits for gradients of weights within a step.
      }
    }
    if (fills && operation.kind() == BACKWARD_INPUT) {
      waiting
          .get(rank)
          .add(
              PipelineOperation.of(
                  WEIGHTS, operation.route(), operation.stage(), operation.microbatch()));
    }
  }

  /** Does gradients of weights where they fit, or where memory for activations runs out. */
  private double fillBefore(int rank, PipelineOperation operation, double earliest) {
    double start = earliest;
    double tolerance = 1e-9 * (1 + earliest);
    while (!waiting.get(rank).isEmpty()) {
      double seconds = waiting.get(rank).getFirst().seconds(times);
      boolean fits = free[rank] + seconds <= start + tolerance;
      boolean full =
          operation.kind() == FORWARD
              && operation.microbatch() - waiting.get(rank).getFirst().microbatch() >= free.length;
      if (!fits && !full) {
        break;
      }
      fill(rank);
      start = Math.max(start, free[rank]);
    }
    return start;
  }

  private void fill(int rank) {
    double seconds = waiting.get(rank).remove().seconds(times);
    free[rank] += seconds;
    busy[rank] += seconds;
  }
}
