package dev.hejin.catalog.deployment;

/**
 * When the running placement is changed.
 *
 * @param enabled whether it is changed at all
 * @param imbalanceThreshold a plan is made when the slowest device takes this many times the mean
 * @param minGain least predicted gain for a change, 0.03 for 3 %
 * @param minIntervalSeconds least time between two changes
 * @param maxMovedExpertsPerStep most expert copies that one step of a change moves
 */
public record RebalanceOptions(
    boolean enabled,
    double imbalanceThreshold,
    double minGain,
    double minIntervalSeconds,
    int maxMovedExpertsPerStep) {

  /** Checks the ranges. */
  public RebalanceOptions {
    if (!(imbalanceThreshold >= 1)
        || !(minGain >= 0)
        || !(minIntervalSeconds >= 0)
        || maxMovedExpertsPerStep < 1) {
      throw new IllegalArgumentException(
          "Out of range: imbalanceThreshold %s, minGain %s, minIntervalSeconds %s, moves %d.%nMaybe a threshold below 1 was meant as a share above the mean: write 1.15 for 15 %%."
              .formatted(imbalanceThreshold, minGain, minIntervalSeconds, maxMovedExpertsPerStep));
    }
  }
}
