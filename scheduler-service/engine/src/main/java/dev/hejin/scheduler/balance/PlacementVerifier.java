package dev.hejin.scheduler.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Judges a placement from the problem alone: it shares no code with the search and recomputes
 * everything it is told. Complexity: O(L (S + E D)).
 */
public final class PlacementVerifier {
  private static final double TOLERANCE = 1e-9;

  private final BalanceProblem problem;

  /** A verifier for placements of one problem. */
  public PlacementVerifier(BalanceProblem problem) {
    this.problem = problem;
  }

  /** Everything wrong with a result, in words; empty when it is valid. */
  public List<String> violations(BalanceResult result) {
    List<String> found = new ArrayList<>();
    int[][] rows = result.slotExpert();
    if (rows.length != problem.layers()) {
      found.add("layers " + rows.length + " instead of " + problem.layers());
      return found;
    }
    int copies = 0;
    double balance = 0;
    int loaded = 0;
    for (int l = 0; l < rows.length; l++) {
      if (rows[l].length != problem.totalSlots()) {
        found.add("layer " + l + ": slots " + rows[l].length);
        return found;
      }
      int before = found.size();
      boolean[][] on = residents(l, rows[l], found);
      shares(l, result, found);
      if (found.size() > before) {
        continue;
      }
      nodes(l, on, found);
      copies += copies(l, on);
      double slowest = slowest(l, rows[l], result.replicaWeights()[l]);
      near(found, "layer " + l + " seconds", result.layerSeconds()[l], slowest);
      double ideal = result.idealSeconds()[l];
      if (total(l) > 0) {
        balance += ideal / slowest;
        loaded++;
      }
      if (slowest < result.boundSeconds()[l] * (1 - TOLERANCE)) {
        found.add("layer " + l + ": " + slowest + " s, under its bound");
      }
    }
    if (!found.isEmpty()) {
      return found;
    }
    near(found, "balancedness", result.balancedness(), balance / loaded);
    limits(result, copies, found);
    return found;
  }

  private void limits(BalanceResult result, int copies, List<String> found) {
    if (problem.previous().isEmpty()) {
      return;
    }
    if (copies != result.moves()) {
      found.add("moves " + result.moves() + " instead of " + copies);
    }
    if (problem.maxMoves() >= 0 && copies > problem.maxMoves()) {
      found.add("copies " + copies + " over the limit " + problem.maxMoves());
    }
  }

  private boolean[][] residents(int l, int[] row, List<String> found) {
    boolean[][] on = new boolean[problem.devices()][problem.experts()];
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      for (int k = 0; k < problem.slots(d); k++) {
        int e = row[slot++];
        if (e == -1 && problem.open()) {
          continue;
        }
        if (e < 0 || e >= problem.experts()) {
          found.add("layer " + l + " device " + d + ": no expert " + e);
        } else if (on[d][e]) {
          found.add("layer " + l + " device " + d + ": expert " + e + " twice");
        } else {
          on[d][e] = true;
        }
      }
    }
    return on;
  }

  private void shares(int l, BalanceResult result, List<String> found) {
    double[] sum = new double[problem.experts()];
    int[] count = new int[problem.experts()];
    int replicas = 0;
    for (int s = 0; s < problem.totalSlots(); s++) {
      int e = result.slotExpert()[l][s];
      double share = result.replicaWeights()[l][s];
      if (e >= 0 && e < sum.length) {
        sum[e] += share;
        count[e]++;
        replicas++;
      }
      if (!(share >= 0 && share <= 1 + TOLERANCE)) {
        found.add("layer " + l + " slot " + s + ": share " + share);
      }
    }
    if (replicas > problem.replicas()) {
      found.add("layer " + l + ": " + replicas + " replicas");
    }
    for (int e = 0; e < sum.length; e++) {
      if (count[e] != result.counts()[l][e]) {
        found.add("layer " + l + " expert " + e + ": count " + result.counts()[l][e]);
      }
      if (count[e] == 0) {
        found.add("layer " + l + " expert " + e + ": no replica");
      } else if (Math.abs(sum[e] - 1) > TOLERANCE) {
        found.add("layer " + l + " expert " + e + ": shares add up to " + sum[e]);
      }
    }
  }

  private void nodes(int l, boolean[][] on, List<String> found) {
    if (!problem.hierarchical()) {
      return;
    }
    int perNode = problem.devices() / problem.nodes();
    int size = problem.experts() / problem.groups();
    int[] home = new int[problem.groups()];
    Arrays.fill(home, -1);
    for (int d = 0; d < problem.devices(); d++) {
      for (int e = 0; e < problem.experts(); e++) {
        int g = e / size;
        if (on[d][e] && home[g] < 0) {
          home[g] = d / perNode;
        } else if (on[d][e] && home[g] != d / perNode) {
          found.add("layer " + l + ": group " + g + " on two nodes");
        }
      }
    }
  }

  private int copies(int l, boolean[][] on) {
    int[][] old = problem.previous().orElse(null);
    if (old == null) {
      return 0;
    }
    boolean[][] had = new boolean[problem.devices()][problem.experts()];
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      for (int k = 0; k < problem.slots(d); k++) {
        int e = old[l][slot++];
        if (e >= 0) {
          had[d][e] = true;
        }
      }
    }
    int copies = 0;
    for (int d = 0; d < problem.devices(); d++) {
      for (int e = 0; e < problem.experts(); e++) {
        copies += on[d][e] && !had[d][e] ? 1 : 0;
      }
    }
    return copies;
  }

  private double slowest(int l, int[] row, double[] shares) {
    double slowest = 0;
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      double tokens = 0;
      double fixed = 0;
      for (int k = 0; k < problem.slots(d); k++, slot++) {
        double got = row[slot] < 0 ? 0 : problem.weights(l)[row[slot]] * shares[slot];
        tokens += got;
        fixed += got > 0 ? problem.fixedSeconds(d) : 0;
      }
      slowest = Math.max(slowest, fixed + tokens / problem.speed(d));
    }
    return slowest;
  }

  private double total(int l) {
    double sum = 0;
    for (double w : problem.weights(l)) {
      sum += w;
    }
    return sum;
  }

  private static void near(List<String> found, String what, double said, double is) {
    if (Math.abs(said - is) > TOLERANCE * Math.max(1e-300, Math.abs(is))) {
      found.add(what + " " + said + " instead of " + is);
    }
  }
}
