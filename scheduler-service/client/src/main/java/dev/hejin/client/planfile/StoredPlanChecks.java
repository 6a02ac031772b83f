package dev.hejin.client.planfile;

import java.nio.file.Path;
import java.util.Arrays;

/** Refuses plan files whose parts do not fit together; fills in what may be left out. */
final class StoredPlanChecks {
  private static final double TOLERANCE = 1e-6;

  private final Path file;

  private StoredPlanChecks(Path file) {
    this.file = file;
  }

  static StoredPlan checked(
      Path file,
      int[][] rows,
      int[] deviceSlots,
      double[] speeds,
      int[][] counts,
      double[][] shares,
      double[][][] history,
      int firstMoeLayer) {
    StoredPlanChecks checks = new StoredPlanChecks(file);
    checks.need("physical_to_logical_map", rows.length);
    checks.need("device_slots", deviceSlots.length);
    checks.need("logical_count", counts.length);
    checks.slots(rows, deviceSlots);
    checks.experts(rows, counts);
    double[] fast = speeds;
    if (fast.length == 0) {
      fast = new double[deviceSlots.length];
      Arrays.fill(fast, 1);
    }
    checks.length("speeds.length", fast.length, deviceSlots.length);
    for (int d = 0; d < fast.length; d++) {
      checks.require(
          fast[d] > 0 && fast[d] < Double.POSITIVE_INFINITY,
          "speeds[" + d + "]",
          fast[d],
          "a speed is a finite number above 0");
    }
    for (int t = 0; t < history.length; t++) {
      checks.window("history[" + t + "]", history[t], counts);
    }
    checks.require(firstMoeLayer >= 0, "first_moe_layer", firstMoeLayer, "negative");
    StoredPlan plan =
        new StoredPlan(rows, deviceSlots, fast, counts, shares, history, firstMoeLayer);
    if (shares.length == 0) {
      return new StoredPlan(
          rows, deviceSlots, fast, counts, plan.evenShares(), history, firstMoeLayer);
    }
    checks.shares(rows, counts[0].length, shares);
    return plan;
  }

  private void slots(int[][] rows, int[] deviceSlots) {
    long sum = 0;
    for (int d = 0; d < deviceSlots.length; d++) {
      require(deviceSlots[d] > 0, "device_slots[" + d + "]", deviceSlots[d], "not positive");
      sum += deviceSlots[d];
    }
    for (int l = 0; l < rows.length; l++) {
      require(
          rows[l].length == sum,
          "physical_to_logical_map[" + l + "].length",
          rows[l].length,
          "device_slots add up to " + sum);
    }
  }

  private void experts(int[][] rows, int[][] counts) {
    length("logical_count.length", counts.length, rows.length);
    int experts = counts[0].length;
    need("logical_count[0]", experts);
    for (int l = 0; l < rows.length; l++) {
      length("logical_count[" + l + "].length", counts[l].length, experts);
      int[] found = new int[experts];
      for (int s = 0; s < rows[l].length; s++) {
        int e = rows[l][s];
        require(
            e >= 0 && e < experts,
            "physical_to_logical_map[" + l + "][" + s + "]",
            e,
            "experts are 0 to " + (experts - 1));
        found[e]++;
      }
      for (int e = 0; e < experts; e++) {
        String at = "logical_count[" + l + "][" + e + "]";
        require(found[e] > 0, at, counts[l][e], "the expert is in no slot");
        require(found[e] == counts[l][e], at, counts[l][e], "it is in " + found[e] + " slots");
      }
    }
  }

  private void shares(int[][] rows, int experts, double[][] shares) {
    length("replica_weights.length", shares.length, rows.length);
    for (int l = 0; l < rows.length; l++) {
      length("replica_weights[" + l + "].length", shares[l].length, rows[l].length);
      double[] sum = new double[experts];
      for (int s = 0; s < rows[l].length; s++) {
        String at = "replica_weights[" + l + "][" + s + "]";
        require(shares[l][s] >= 0 && shares[l][s] <= 1 + TOLERANCE, at, shares[l][s], "no share");
        sum[rows[l][s]] += shares[l][s];
      }
      for (int e = 0; e < experts; e++) {
        String at = "replica_weights[" + l + "] of expert " + e;
        require(Math.abs(sum[e] - 1) <= TOLERANCE, at, sum[e], "shares add up to 1");
      }
    }
  }

  private void window(String field, double[][] window, int[][] counts) {
    length(field + ".length", window.length, counts.length);
    for (int l = 0; l < window.length; l++) {
      length(field + "[" + l + "].length", window[l].length, counts[l].length);
      for (int e = 0; e < window[l].length; e++) {
        require(
            window[l][e] >= 0 && window[l][e] < Double.POSITIVE_INFINITY,
            field + "[" + l + "][" + e + "]",
            window[l][e],
            "a load is a finite number from 0 up");
      }
    }
  }

  private void need(String field, int length) {
    if (length == 0) {
      throw BadFile.field(
          file, field, "(absent or empty)", "a plan has it", "make the plan with ./hejin balance");
    }
  }

  private void length(String field, int is, int wanted) {
    require(is == wanted, field, is, "should be " + wanted);
  }

  private void require(boolean ok, String field, Object value, String reason) {
    if (!ok) {
      throw BadFile.field(file, field, value, reason, "make the plan again with ./hejin balance");
    }
  }
}
