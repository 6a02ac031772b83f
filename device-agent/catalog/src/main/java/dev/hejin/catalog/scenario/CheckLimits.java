package dev.hejin.catalog.scenario;

/**
 * What must hold once things settled.
 *
 * @param maxImbalance highest slowest-to-mean step time of the devices; infinite for no limit
 * @param minThroughputShare lowest throughput as a share of the steady one; 0 for no limit
 * @param maxReactionSeconds longest time from the event to a new placement in force; infinite for
 *     no limit
 */
public record CheckLimits(
    double maxImbalance, double minThroughputShare, double maxReactionSeconds) {

  /** Nothing is checked. */
  public static final CheckLimits NONE =
      new CheckLimits(Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY);

  /** Checks the ranges. */
  public CheckLimits {
    if (!(maxImbalance >= 1) || !(minThroughputShare >= 0) || !(maxReactionSeconds > 0)) {
      throw new IllegalArgumentException(
          "Out of range: maxImbalance %s, minThroughputShare %s, maxReactionSeconds %s.%nMaybe use CheckLimits.NONE."
              .formatted(maxImbalance, minThroughputShare, maxReactionSeconds));
    }
  }
}
