package dev.hejin.scheduler.planner;

import java.util.List;

/**
 * Which device sets are stages, in order, and where each stage's layers end.
 *
 * @param sets in pipeline order
 * @param ends layer after the last of each stage
 * @param tokensPerSecond estimated
 */
record Layout(List<DeviceSet> sets, int[] ends, double tokensPerSecond) {
  int devices() {
    return sets.stream().mapToInt(DeviceSet::size).sum();
  }

  double pricePerHourUsd() {
    return sets.stream().mapToDouble(DeviceSet::pricePerHourUsd).sum();
  }

  /**
   * What the objective makes best: larger is better. Under COST a layout of unknown price is
   * negative, so that it loses against any of known price.
   */
  double score(PlanOptions.Objective objective) {
    return score(objective, tokensPerSecond, pricePerHourUsd());
  }

  static double score(
      PlanOptions.Objective objective, double tokensPerSecond, double pricePerHourUsd) {
    return switch (objective) {
      case THROUGHPUT -> tokensPerSecond;
      case COST -> pricePerHourUsd > 0 ? tokensPerSecond / pricePerHourUsd : -1 / tokensPerSecond;
    };
  }
}
