package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * Gives layers to devices that a layout leaves idle: those of the stage where the score is best, or
 * layers that meet no boundary, when every stage loses by a further device. So each device of the
 * pool can be started, and none does harm.
 */
final class IdleDevices {
  private final StageProblem problem;
  private final Score score;

  IdleDevices(StageProblem problem, Score score) {
    this.problem = problem;
    this.score = score;
  }

  void place(int[] start, int[] end) {
    for (int i = 0; i < problem.devices(); i++) {
      if (start[i] < 0) {
        place(i, start, end);
      }
    }
  }

  private void place(int device, int[] start, int[] end) {
    int most = problem.kind(device).maxLayers();
    int[] stages = stages(start, end, most);
    double best = -1;
    int bestStart = 0;
    int bestEnd = Math.min(most, problem.layers());
    for (int stage : stages) {
      start[device] = stage / (problem.layers() + 1);
      end[device] = stage % (problem.layers() + 1);
      double value = score.of(start, end);
      if (value > best) {
        best = value;
        bestStart = start[device];
        bestEnd = end[device];
      }
    }
    start[device] = bestStart;
    end[device] = bestEnd;
  }

  /** Distinct intervals that fit a device, and one that no chain passes when there is one. */
  private int[] stages(int[] start, int[] end, int most) {
    int base = problem.layers() + 1;
    int[] all = new int[start.length + 1];
    int n = 0;
    boolean[] starts = new boolean[base];
    boolean[] ends = new boolean[base];
    for (int i = 0; i < start.length; i++) {
      if (start[i] >= 0) {
        starts[start[i]] = true;
        ends[end[i]] = true;
        if (end[i] - start[i] <= most) {
          all[n++] = start[i] * base + end[i];
        }
      }
    }
    for (int s = 1; s + 1 < problem.layers(); s++) {
      if (!ends[s] && !starts[s + 1]) {
        all[n++] = s * base + s + 1;
        break;
      }
    }
    return Arrays.stream(all, 0, n).distinct().sorted().toArray();
  }
}
