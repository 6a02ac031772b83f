package dev.hejin.scheduler.flow;

/** Tries every placement of a tiny pool: its best is the largest flow, whatever the links. */
final class Exhaustive {
  /** More placements than this are not tried. */
  private static final long MOST = 40_000;

  private final StageProblem problem;
  private final PlanFlow flow;
  private final int[] start;
  private final int[] end;
  private final int[] bestStart;
  private final int[] bestEnd;
  private double best = -1;

  Exhaustive(StageProblem problem) {
    this.problem = problem;
    flow = new PlanFlow(problem);
    start = new int[problem.devices()];
    end = new int[problem.devices()];
    bestStart = new int[problem.devices()];
    bestEnd = new int[problem.devices()];
  }

  static boolean suits(StageProblem problem) {
    long count = 1;
    for (int i = 0; i < problem.devices() && count <= MOST; i++) {
      long intervals = 0;
      for (int k = 1; k <= Math.min(problem.kind(i).maxLayers(), problem.layers()); k++) {
        intervals += problem.layers() - k + 1;
      }
      count *= intervals;
    }
    return count <= MOST;
  }

  /** The best placement; every device holds layers, which never lowers a flow. */
  StagePlan plan() {
    place(0);
    return new StagePlan(bestStart, bestEnd, best, best, Double.NaN);
  }

  private void place(int device) {
    if (device == start.length) {
      double value = flow.of(start, end);
      if (value > best) {
        best = value;
        System.arraycopy(start, 0, bestStart, 0, start.length);
        System.arraycopy(end, 0, bestEnd, 0, end.length);
      }
      return;
    }
    int most = Math.min(problem.kind(device).maxLayers(), problem.layers());
    for (int first = 0; first < problem.layers(); first++) {
      for (int k = 1; k <= most && first + k <= problem.layers(); k++) {
        start[device] = first;
        end[device] = first + k;
        place(device + 1);
      }
    }
  }
}
