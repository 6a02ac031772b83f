package dev.hejin.scheduler.flow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges a plan with code of its own: intervals within the model and the devices' memory, and the
 * flow that is claimed, computed again by breadth-first augmenting ways on a dense matrix (Edmonds
 * and Karp 1972).
 */
public final class StageVerifier {
  private static final double TOLERANCE = 1e-6;

  private final StageProblem problem;

  /** A verifier of plans for a problem. */
  public StageVerifier(StageProblem problem) {
    this.problem = problem;
  }

  /** What is wrong with a plan; empty when nothing is. */
  public List<String> violations(StagePlan plan) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < problem.devices(); i++) {
      int start = plan.start()[i];
      int end = plan.end()[i];
      boolean none = start == -1 && end == -1;
      if (!none && !(0 <= start && start < end && end <= problem.layers())) {
        found.add("device " + i + ": no interval: [" + start + ", " + end + ")");
      } else if (end - start > problem.kind(i).maxLayers()) {
        found.add("device " + i + ": " + (end - start) + " layers do not fit");
      }
    }
    if (found.isEmpty()) {
      double flow = flow(plan.start(), plan.end());
      if (Math.abs(flow - plan.tokensPerSecond()) > TOLERANCE * Math.max(1, flow)) {
        found.add("flow is " + flow + ", claimed " + plan.tokensPerSecond());
      }
      if (flow > plan.upperBound() * (1 + TOLERANCE)) {
        found.add("flow " + flow + " exceeds the bound " + plan.upperBound());
      }
    }
    return found;
  }

  private double flow(int[] start, int[] end) {
    int n = problem.devices();
    int size = 2 * n + 2;
    double[][] left = new double[size][size];
    Network network = problem.network();
    for (int i = 0; i < n; i++) {
      if (start[i] < 0) {
        continue;
      }
      left[2 * i][2 * i + 1] = problem.kind(i).tokensPerSecond()[end[i] - start[i]];
      left[2 * n][2 * i] = start[i] == 0 ? network.tokensPerSecond(n, i) : 0;
      left[2 * i + 1][2 * n + 1] = end[i] == problem.layers() ? network.tokensPerSecond(i, n) : 0;
      for (int j = 0; j < n; j++) {
        if (j != i && start[j] == end[i]) {
          left[2 * i + 1][2 * j] = network.tokensPerSecond(i, j);
        }
      }
    }
    double total = 0;
    for (int[] back = way(left); back.length > 0; back = way(left)) {
      double most = Double.POSITIVE_INFINITY;
      for (int v = size - 1; v != 2 * n; v = back[v]) {
        most = Math.min(most, left[back[v]][v]);
      }
      for (int v = size - 1; v != 2 * n; v = back[v]) {
        left[back[v]][v] -= most;
        left[v][back[v]] += most;
      }
      total += most;
    }
    return total;
  }

  /** For each node the one before it on a shortest way to the sink; empty when there is none. */
  private static int[] way(double[][] left) {
    int sink = left.length - 1;
    int[] back = new int[left.length];
    java.util.Arrays.fill(back, -1);
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(sink - 1);
    back[sink - 1] = sink - 1;
    while (!queue.isEmpty()) {
      int u = queue.remove();
      for (int v = 0; v < left.length; v++) {
        if (back[v] < 0 && left[u][v] > 1e-9) {
          back[v] = u;
          queue.add(v);
          if (v == sink) {
            return back;
          }
        }
      }
    }
    return new int[0];
  }
}
