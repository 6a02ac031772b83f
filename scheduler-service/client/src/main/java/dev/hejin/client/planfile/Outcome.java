package dev.hejin.client.planfile;

import org.jspecify.annotations.Nullable;

/**
 * How good a plan is and what it took.
 *
 * @param policy that made it
 * @param split how tokens are divided among replicas: even or weighted
 * @param balancedness mean over layers of ideal time over time of the slowest device
 * @param upperBound no placement has a higher balancedness
 * @param seconds of the slowest devices, all layers
 * @param boundSeconds no placement takes less
 * @param moves replicas that a device has to fetch
 * @param minMillis fastest solve
 * @param medianMillis middle solve
 * @param firstMillis first solve, cold
 * @param crossing traffic across nodes; null without co-activation
 */
public record Outcome(
    String policy,
    String split,
    double balancedness,
    double upperBound,
    double seconds,
    double boundSeconds,
    int moves,
    double minMillis,
    double medianMillis,
    double firstMillis,
    @Nullable Crossing crossing) {

  /**
   * Tokens that change nodes between experts used together, before and after devices were swapped
   * for it; in the unit of the case's co-activation.
   */
  public record Crossing(double before, double after) {}
}
