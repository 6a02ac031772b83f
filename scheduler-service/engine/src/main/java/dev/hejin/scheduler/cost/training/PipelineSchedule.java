package dev.hejin.scheduler.cost.training;

import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.BACKWARD;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.BACKWARD_INPUT;
import static dev.hejin.scheduler.cost.training.PipelineOperation.Kind.FORWARD;

import java.util.ArrayList;
import java.util.List;

/** Orders in which ranks work on microbatches. */
public enum PipelineSchedule {
  /** One forward, one backward (PipeDream-Flush, Narayanan et al. 2021). */
  ONE_FORWARD_ONE_BACKWARD,
  /** Several stages a rank (Megatron-LM, Narayanan et al. 2021). */
  INTERLEAVED,
  /** Zero bubble H1 (Qi et al. 2024): gradients of weights fill what would be idle. */
  ZERO_BUBBLE,
  /**
   * Both ways at once, two copies of the weights (DeepSeek-V3, arXiv 2412.19437, section 3.2.1).
   */
  DUAL_PIPE,
  /** DualPipe folded in half: a rank holds a stage of each half (DeepSeek and others, 2025). */
  DUAL_PIPE_V;

  /** Stages that ranks of a pipeline hold in all. */
  int stages(int ranks, int chunks) {
    return switch (this) {
      case ONE_FORWARD_ONE_BACKWARD, ZERO_BUBBLE, DUAL_PIPE -> ranks;
      case INTERLEAVED -> ranks * chunks;
      case DUAL_PIPE_V -> 2 * ranks;
    };
  }

  /** Operations of each rank, in order; those of weights are left out where they fill gaps. */
  List<List<PipelineOperation>> operations(int ranks, int microbatches, int chunks) {
    List<List<PipelineOperation>> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      all.add(
          switch (this) {
            case ONE_FORWARD_ONE_BACKWARD -> alternating(rank, ranks, microbatches, BACKWARD);
            case ZERO_BUBBLE -> alternating(rank, ranks, microbatches, BACKWARD_INPUT);
            case INTERLEAVED -> interleaved(rank, ranks, microbatches, chunks);
            case DUAL_PIPE -> new DualPipe(rank, ranks, microbatches, false).operations();
            case DUAL_PIPE_V -> new DualPipe(rank, ranks, microbatches, true).operations();
          });
    }
    return all;
  }

  private static List<PipelineOperation> alternating(
      int rank, int ranks, int microbatches, PipelineOperation.Kind backward) {
    List<PipelineOperation> order = new ArrayList<>();
    int warm = Math.min(microbatches, ranks - rank - 1);
    for (int step = 0; step < microbatches + warm; step++) {
      if (step < microbatches) {
        order.add(PipelineOperation.of(FORWARD, 0, rank, step));
      }
      if (step >= warm) {
        order.add(PipelineOperation.of(backward, 0, rank, step - warm));
      }
    }
    return order;
  }

  private static List<PipelineOperation> interleaved(
      int rank, int ranks, int microbatches, int chunks) {
    List<PipelineOperation> order = new ArrayList<>();
    int total = microbatches * chunks;
    int warm = Math.min(total, (ranks - rank - 1) * 2 + (chunks - 1) * ranks);
    for (int step = 0; step < total + warm; step++) {
      if (step < total) {
        order.add(chunk(rank, ranks, chunks, step, true));
      }
      if (step >= warm) {
        order.add(chunk(rank, ranks, chunks, step - warm, false));
      }
    }
    return order;
  }

  /** Groups of as many microbatches as ranks go through one chunk after the other. */
  private static PipelineOperation chunk(
      int rank, int ranks, int chunks, int step, boolean forward) {
    int within = step % (ranks * chunks);
    int chunk = within / ranks;
    int microbatch = step / (ranks * chunks) * ranks + within % ranks;
    int used = forward ? chunk : chunks - 1 - chunk;
    return PipelineOperation.of(forward ? FORWARD : BACKWARD, 0, used * ranks + rank, microbatch);
  }
}
