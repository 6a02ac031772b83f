package dev.hejin.lab.pipeline;

import dev.hejin.lab.pipeline.Slice.Part;
import dev.hejin.lab.pipeline.Slice.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * 1F1B (PipeDream, SOSP 2019): a rank does as many forwards as there are ranks behind it, then a
 * forward and a backward in turn, then the backwards that are left.
 */
final class OneForwardOneBackward {
  private OneForwardOneBackward() {}

  static List<Slice> of(int rank, int ranks, int microbatches, Times times) {
    List<Slice> slices = new ArrayList<>();
    int ahead = Math.min(microbatches, ranks - rank - 1);
    for (int forward = 0, backward = 0; backward < microbatches; ) {
      if (forward < microbatches && forward - backward <= ahead) {
        slices.add(one(Pass.FORWARD, times.forward(), rank, forward++));
      } else {
        slices.add(one(Pass.BACKWARD, times.backward(), rank, backward++));
      }
    }
    return slices;
  }

  private static Slice one(Pass pass, double seconds, int stage, int microbatch) {
    return new Slice(seconds, List.of(new Part(pass, 0, stage, microbatch)));
  }
}
