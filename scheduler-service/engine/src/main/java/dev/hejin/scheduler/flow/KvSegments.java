package dev.hejin.scheduler.flow;

import java.util.TreeSet;

/** Runs of layers that the same devices hold, to tell how full the KV cache of a layer is. */
final class KvSegments {
  private final int[][] members;
  private final double[] perLayer;
  private final double[] total;

  KvSegments() {
    members = new int[0][];
    perLayer = new double[0];
    total = new double[0];
  }

  KvSegments(StageProblem problem, int[] start, int[] end) {
    TreeSet<Integer> bounds = new TreeSet<>();
    int n = problem.devices();
    perLayer = new double[n];
    for (int i = 0; i < n; i++) {
      if (start[i] >= 0) {
        bounds.add(start[i]);
        perLayer[i] = 1.0 / (end[i] - start[i]);
      }
    }
    members = new int[bounds.size()][];
    total = new double[members.length];
    int s = 0;
    for (int bound : bounds) {
      int[] found = new int[n];
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (start[i] >= 0 && start[i] <= bound && bound < end[i]) {
          found[count++] = i;
          total[s] += problem.kind(i).kvPerLayer(end[i] - start[i]);
        }
      }
      members[s++] = java.util.Arrays.copyOf(found, count);
    }
  }

  /** Share of the KV cache in use of the layers where it is largest. */
  double fullest(double[] room, double[] reserve) {
    double most = 0;
    for (int s = 0; s < members.length; s++) {
      double free = 0;
      for (int i : members[s]) {
        free += (room[i] + reserve[i]) * perLayer[i];
      }
      most = Math.max(most, 1 - free / total[s]);
    }
    return most;
  }
}
