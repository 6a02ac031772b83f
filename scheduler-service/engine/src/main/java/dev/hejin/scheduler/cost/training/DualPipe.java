package dev.hejin.scheduler.cost.training;

import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.BACKWARD;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.BACKWARD_INPUT;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.FORWARD;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.PAIR;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.WEIGHTS;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The eight phases of DualPipe on one rank (DeepSeek-V3 report, figure 5). A rank's near side is
 * the route that begins close to it, the far side the other one; folded, the two sides are the two
 * halves of one route.
 */
final class DualPipe {
  private static final int NEAR = 0;
  private static final int FAR = 1;

  private final int rank;
  private final int ranks;
  private final boolean folded;
  private final int half;
  private final int depth;
  private final int chunks;
  private final int[] forwards = new int[2];
  private final int[] backwards = new int[2];
  private final ArrayDeque<PipelineOperation> weights = new ArrayDeque<>();
  private final List<PipelineOperation> order = new ArrayList<>();

  DualPipe(int rank, int ranks, int microbatches, boolean folded) {
    this.rank = rank;
    this.ranks = ranks;
    this.folded = folded;
    this.half = folded ? ranks : ranks / 2;
    this.depth = folded ? rank : Math.min(rank, ranks - 1 - rank);
    this.chunks = folded ? microbatches : microbatches / 2;
  }

  List<PipelineOperation> operations() {
    int outside = half - depth - 1;
    repeat(2 * outside, () -> forward(NEAR));
    repeat(
        depth + 1,
        () -> {
          forward(NEAR);
          forward(FAR);
        });
    repeat(
        outside,
        () -> {
          backward(FAR, true);
          weights();
          forward(FAR);
        });
    steady();
    repeat(
        outside,
        () -> {
          backward(FAR, false);
          pair(FAR);
        });
    drain();
    repeat(
        outside,
        () -> {
          weights();
          backward(NEAR, true);
        });
    repeat(depth + 1, this::weights);
    return order;
  }

  private void steady() {
    for (int i = 0; i < chunks - 2 * half + depth + 1; i++) {
      if (i == 0 && depth == half - 1) {
        // In the middle nothing has come back yet that could be paired.
        forward(NEAR);
        backward(FAR, false);
      } else {
        pair(NEAR);
      }
      pair(FAR);
    }
  }

  /** In the second half of the phase, gradients of weights are put off to fill the end. */
  private void drain() {
    int middle = (depth + 1) / 2;
    boolean putOff = false;
    for (int i = 0; i <= depth; i++) {
      putOff |= i == middle && depth % 2 == 1;
      backward(FAR, putOff);
      putOff |= i == middle && depth % 2 == 0;
      backward(NEAR, putOff);
    }
  }

  private static void repeat(int times, Runnable action) {
    for (int i = 0; i < times; i++) {
      action.run();
    }
  }

  private int route(int side) {
    if (folded) {
      return 0;
    }
    return rank < half ? side : 1 - side;
  }

  private int stage(int side) {
    if (folded) {
      return side == NEAR ? rank : 2 * ranks - 1 - rank;
    }
    return route(side) == 0 ? rank : ranks - 1 - rank;
  }

  private void forward(int side) {
    order.add(PipelineOperation.of(FORWARD, route(side), stage(side), forwards[side]++));
  }

  private void backward(int side, boolean inputOnly) {
    int microbatch = backwards[side]++;
    PipelineOperation.Kind kind = inputOnly ? BACKWARD_INPUT : BACKWARD;
    order.add(PipelineOperation.of(kind, route(side), stage(side), microbatch));
    if (inputOnly) {
      weights.add(PipelineOperation.of(WEIGHTS, route(side), stage(side), microbatch));
    }
  }

  private void weights() {
    order.add(weights.remove());
  }

  /** A forward of one side with a backward of the other. */
  private void pair(int side) {
    int other = 1 - side;
    order.add(
        new PipelineOperation(
            PAIR,
            route(side),
            stage(side),
            forwards[side]++,
            route(other),
            stage(other),
            backwards[other]++));
  }
}
