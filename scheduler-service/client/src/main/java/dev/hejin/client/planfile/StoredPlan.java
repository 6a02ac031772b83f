package dev.hejin.client.planfile;

import java.util.Arrays;

/**
 * A plan as it is on disk. Field names there, in order: {@code physical_to_logical_map}, {@code
 * device_slots}, {@code speeds}, {@code logical_count}, {@code replica_weights}, {@code history},
 * {@code first_moe_layer}.
 *
 * @param slotExpert layers x slots in device order: the expert in each slot
 * @param deviceSlots slots of each device
 * @param speeds of each device
 * @param counts layers x experts: replicas
 * @param replicaWeights layers x slots: the share of its expert's tokens that a slot takes
 * @param history loads of the last windows, oldest first, the one planned on last: windows x layers
 *     x experts; may be empty
 * @param firstMoeLayer dense layers of the model before the first row; 0 when not known
 */
public record StoredPlan(
    int[][] slotExpert,
    int[] deviceSlots,
    double[] speeds,
    int[][] counts,
    double[][] replicaWeights,
    double[][][] history,
    int firstMoeLayer) {

  /** A placement with even shares; counts and shares follow from it. */
  public static StoredPlan even(int[][] slotExpert, int[] deviceSlots, int experts, int dense) {
    int[][] counts = new int[slotExpert.length][experts];
    for (int l = 0; l < slotExpert.length; l++) {
      for (int e : slotExpert[l]) {
        counts[l][e]++;
      }
    }
    double[] speeds = new double[deviceSlots.length];
    Arrays.fill(speeds, 1);
    StoredPlan bare =
        new StoredPlan(
            slotExpert, deviceSlots, speeds, counts, new double[0][], new double[0][][], dense);
    return new StoredPlan(
        slotExpert, deviceSlots, speeds, counts, bare.evenShares(), new double[0][][], dense);
  }

  /** Experts of each layer. */
  public int experts() {
    return counts[0].length;
  }

  /** Even shares for the same slots. */
  public double[][] evenShares() {
    double[][] shares = new double[slotExpert.length][];
    for (int l = 0; l < shares.length; l++) {
      shares[l] = new double[slotExpert[l].length];
      for (int s = 0; s < shares[l].length; s++) {
        shares[l][s] = 1.0 / counts[l][slotExpert[l][s]];
      }
    }
    return shares;
  }

  /**
   * Balancedness of these slots on the last window under some shares: mean over layers of ideal
   * time over time of the slowest device. NaN without a window.
   */
  public double balancedness(double[][] shares) {
    if (history.length == 0) {
      return Double.NaN;
    }
    double[][] loads = history[history.length - 1];
    double speed = 0;
    for (double v : speeds) {
      speed += v;
    }
    double sum = 0;
    int loaded = 0;
    for (int l = 0; l < slotExpert.length; l++) {
      double tokens = 0;
      for (double w : loads[l]) {
        tokens += w;
      }
      if (tokens > 0) {
        sum += tokens / speed / slowest(l, loads[l], shares[l]);
        loaded++;
      }
    }
    return sum / loaded;
  }

  /** Seconds of the slowest device of a layer under some loads and shares. */
  public double slowest(int layer, double[] loads, double[] shares) {
    double slowest = 0;
    int slot = 0;
    for (int d = 0; d < deviceSlots.length; d++) {
      double tokens = 0;
      for (int k = 0; k < deviceSlots[d]; k++, slot++) {
        tokens += loads[slotExpert[layer][slot]] * shares[slot];
      }
      slowest = Math.max(slowest, tokens / speeds[d]);
    }
    return slowest;
  }
}
