package dev.hejin.scheduler.planner;

import java.util.List;

/**
 * How far each stage of a menu's position reaches from each layer, at one rate and one number of
 * microbatches in flight. Prices do not matter, so that it serves every round of pricing. Worked
 * out from the first layer on, as far as it was asked for.
 */
final class StageReach {
  private final List<StageKind> stages;
  private final double seconds;
  private final double sequences;
  private final double[][] workspaceBytes;
  private final int layers;
  private final short[][] ends;
  private final short[] known;

  /**
   * @param seconds that a stage may take for a microbatch
   * @param sequences whose cache each stage holds
   * @param workspaceBytes of each stage, see {@link StageKind#fits}
   */
  StageReach(
      List<StageKind> stages,
      double seconds,
      double sequences,
      double[][] workspaceBytes,
      int layers) {
    this.stages = stages;
    this.seconds = seconds;
    this.sequences = sequences;
    this.workspaceBytes = workspaceBytes;
    this.layers = layers;
    this.ends = new short[stages.size()][layers];
    this.known = new short[stages.size()];
  }

  /** The furthest end of a stage that begins at a layer; the layer itself when none fits. */
  int end(int stage, int begin) {
    if (known[stage] <= begin) {
      work(stage, begin);
    }
    return ends[stage][begin];
  }

  private void work(int stage, int begin) {
    short[] row = ends[stage];
    int before = known[stage] == 0 ? 0 : row[known[stage] - 1];
    for (int from = known[stage]; from <= begin; from++) {
      before =
          end(stages.get(stage), from, before, seconds, sequences, workspaceBytes[stage], layers);
      row[from] = (short) before;
    }
    known[stage] = (short) (begin + 1);
  }

  /**
   * The furthest end that a stage reaches from a layer.
   *
   * @param before an end that it reaches
   */
  static int end(
      StageKind stage,
      int begin,
      int before,
      double seconds,
      double sequences,
      double[] workspaceBytes,
      int layers) {
    int end = Math.max(before, begin);
    while (end < layers
        && stage.seconds(begin, end + 1) <= seconds
        && stage.fits(begin, end + 1, sequences, workspaceBytes)) {
      end++;
    }
    return end;
  }
}
