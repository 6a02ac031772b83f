package dev.hejin.scheduler.balance;

/**
 * A placement and how good it is. The arrays belong to the caller.
 *
 * <p>Shapes: {@code slotExpert} and {@code replicaWeights} are layers x slots in device order;
 * {@code counts} is layers x experts. A replica weight is the share of its expert's tokens that the
 * slot takes; the weights of an expert's slots add up to 1.
 *
 * @param slotExpert the expert in each slot
 * @param counts replicas of each expert
 * @param replicaWeights share of its expert's tokens that each slot takes
 * @param layerSeconds time of the slowest device, by layer
 * @param idealSeconds time if the load were divided without limits, by layer
 * @param boundSeconds no placement takes less, by layer
 * @param balancedness mean over layers of ideal over slowest; layers without load do not count
 * @param upperBound no placement has a higher balancedness
 * @param moves replicas on a device that did not hold the expert before; 0 without a previous
 *     placement
 */
public record BalanceResult(
    int[][] slotExpert,
    int[][] counts,
    double[][] replicaWeights,
    double[] layerSeconds,
    double[] idealSeconds,
    double[] boundSeconds,
    double balancedness,
    double upperBound,
    int moves) {

  /** Time of all layers, one after the other, in seconds. */
  public double totalSeconds() {
    double sum = 0;
    for (double seconds : layerSeconds) {
      sum += seconds;
    }
    return sum;
  }

  /** No placement takes all layers through in less, in seconds. */
  public double totalBoundSeconds() {
    double sum = 0;
    for (double seconds : boundSeconds) {
      sum += seconds;
    }
    return sum;
  }
}
