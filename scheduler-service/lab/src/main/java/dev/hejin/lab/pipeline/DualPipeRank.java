package dev.hejin.lab.pipeline;

import dev.hejin.lab.pipeline.Slice.Part;
import dev.hejin.lab.pipeline.Slice.Pass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rank does in DualPipe (DeepSeek-V3 report, arXiv 2412.19437, section 3.2.1):
 * microbatches enter at both ends, so that each rank holds a stage of either route; in the steady
 * part every forward of one route runs beside a backward of the other.
 *
 * <p>Counts of the eight phases, for a rank d places from its end, of h ranks to the middle, with n
 * microbatches a route: 2(h-d-1), d+1, h-d-1, n-2h+d+1, h-d-1, d+1, h-d-1, d+1.
 */
final class DualPipeRank {
  private static final int NEAR = 0;
  private static final int FAR = 1;

  private final Times times;
  private final int[] route = new int[2];
  private final int[] stage = new int[2];
  private final int[] forwards = new int[2];
  private final int[] backwards = new int[2];
  private final ArrayDeque<Part> owed = new ArrayDeque<>();
  private final List<Slice> slices = new ArrayList<>();

  private DualPipeRank(int rank, int ranks, Times times) {
    this.times = times;
    boolean firstHalf = rank < ranks / 2;
    route[NEAR] = firstHalf ? 0 : 1;
    route[FAR] = 1 - route[NEAR];
    for (int side = NEAR; side <= FAR; side++) {
      stage[side] = route[side] == 0 ? rank : ranks - 1 - rank;
    }
  }

  static List<Slice> of(int rank, int ranks, int microbatches, Times times) {
    DualPipeRank one = new DualPipeRank(rank, ranks, times);
    int half = ranks / 2;
    int place = Math.min(rank, ranks - 1 - rank);
    one.run(half - place - 1, place + 1, microbatches / 2 - ranks + place + 1);
    return one.slices;
  }

  private void run(int outside, int inside, int steady) {
    for (int i = 0; i < 2 * outside; i++) {
      forward(NEAR);
    }
    for (int i = 0; i < inside; i++) {
      forward(NEAR);
      forward(FAR);
    }
    for (int i = 0; i < outside; i++) {
      backward(FAR, true);
      weights();
      forward(FAR);
    }
    for (int i = 0; i < steady; i++) {
      if (i == 0 && outside == 0) {
        // The middle has no backward yet that a forward could run beside.
        forward(NEAR);
        backward(FAR, false);
      } else {
        both(NEAR, FAR);
      }
      both(FAR, NEAR);
    }
    for (int i = 0; i < outside; i++) {
      backward(FAR, false);
      both(FAR, NEAR);
    }
    // Weights of the later half are put off: they fill the gaps of the end.
    for (int i = 0; i < 2 * inside; i++) {
      backward(i % 2 == 0 ? FAR : NEAR, i >= inside);
    }
    for (int i = 0; i < outside; i++) {
      weights();
      backward(NEAR, true);
    }
    while (!owed.isEmpty()) {
      weights();
    }
  }

  private Part part(Pass pass, int side, int microbatch) {
    return new Part(pass, route[side], stage[side], microbatch);
  }

  private void forward(int side) {
    slices.add(new Slice(times.forward(), List.of(part(Pass.FORWARD, side, forwards[side]++))));
  }

  private void backward(int side, boolean putsWeightsOff) {
    int microbatch = backwards[side]++;
    double seconds = times.backward() - (putsWeightsOff ? times.weights() : 0);
    slices.add(new Slice(seconds, List.of(part(Pass.BACKWARD, side, microbatch))));
    if (putsWeightsOff) {
      owed.add(part(Pass.WEIGHTS, side, microbatch));
    }
  }

  private void weights() {
    slices.add(new Slice(times.weights(), List.of(owed.remove())));
  }

  private void both(int forwardSide, int backwardSide) {
    slices.add(
        new Slice(
            times.pair(),
            List.of(
                part(Pass.FORWARD, forwardSide, forwards[forwardSide]++),
                part(Pass.BACKWARD, backwardSide, backwards[backwardSide]++))));
  }
}
