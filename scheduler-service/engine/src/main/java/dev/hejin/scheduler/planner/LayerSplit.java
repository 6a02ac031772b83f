package dev.hejin.scheduler.planner;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides layers over stages whose order is given, by dynamic programming over (stage, layers given
 * out): exact for the estimated stage times. First the least maximum of stage times under the
 * memory limits; then, among splits within {@link #TOLERANCE} of it, the one with the least penalty
 * (layers that would have to move).
 */
final class LayerSplit {
  /** How much slower than the best split one that moves fewer layers may be. */
  static final double TOLERANCE = 0.01;

  /** Cost of giving a layer to a stage. */
  interface Penalty {
    double of(int stage, int layer);
  }

  /**
   * A division.
   *
   * @param ends layer after the last of each stage
   * @param mostSeconds estimated time of the slowest stage
   * @param sumSeconds estimated time of all stages
   */
  record Split(int[] ends, double mostSeconds, double sumSeconds) {}

  private final List<StageTable> stages;
  private final int layers;

  private LayerSplit(List<StageTable> stages, int layers) {
    this.stages = stages;
    this.layers = layers;
  }

  /** The best division, or null when none fits. */
  static @Nullable Split of(List<StageTable> stages, int layers, @Nullable Penalty penalty) {
    if (stages.size() > layers) {
      return null;
    }
    LayerSplit split = new LayerSplit(stages, layers);
    int[] ends = split.solve(Double.POSITIVE_INFINITY, null);
    if (ends == null) {
      return null;
    }
    if (penalty != null) {
      double limit = split.measured(ends).mostSeconds() * (1 + TOLERANCE);
      int[] kept = split.solve(limit, penalty);
      ends = kept == null ? ends : kept;
    }
    return split.measured(ends);
  }

  /** Least maximum of seconds without a penalty, else least sum of penalties under the limit. */
  private int @Nullable [] solve(double limit, @Nullable Penalty penalty) {
    int count = stages.size();
    double[][] best = new double[count + 1][layers + 1];
    int[][] from = new int[count + 1][layers + 1];
    for (double[] row : best) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    best[0][0] = 0;
    for (int s = 0; s < count; s++) {
      boolean last = s == count - 1;
      for (int end = s + 1; end <= layers - (count - 1 - s); end++) {
        if (last && end < layers) {
          continue;
        }
        double added = 0;
        for (int begin = end - 1; begin >= s; begin--) {
          if (penalty != null) {
            added += penalty.of(s, begin);
          }
          double seconds = stages.get(s).seconds(begin, end, last);
          if (seconds > limit || !stages.get(s).fits(begin, end, s == 0, last)) {
            break;
          }
          double value =
              penalty == null ? Math.max(best[s][begin], seconds) : best[s][begin] + added;
          if (value < best[s + 1][end]) {
            best[s + 1][end] = value;
            from[s + 1][end] = begin;
          }
        }
      }
    }
    if (Double.isInfinite(best[count][layers])) {
      return null;
    }
    int[] ends = new int[count];
    int end = layers;
    for (int s = count; s > 0; s--) {
      ends[s - 1] = end;
      end = from[s][end];
    }
    return ends;
  }

  private Split measured(int[] ends) {
    double most = 0;
    double sum = 0;
    int begin = 0;
    for (int s = 0; s < ends.length; s++) {
      double seconds = stages.get(s).seconds(begin, ends[s], s == ends.length - 1);
      most = Math.max(most, seconds);
      sum += seconds;
      begin = ends[s];
    }
    return new Split(ends, most, sum);
  }
}
