package dev.hejin.lab.advisor;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Comparisons;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one change brought beside the pool as it is.
 *
 * @param comparison in paired simulations
 */
public record Advice(Change change, Comparison comparison) {
  /** Checks that nothing is null. */
  public Advice {
    requireNonNull(change, "change");
    requireNonNull(comparison, "comparison");
  }

  /**
   * Advice on every change that was simulated, the largest gain first.
   *
   * @param outcome of an experiment whose first arm is the pool as it is and whose other arms are
   *     the changes in order
   */
  public static List<Advice> of(Outcome outcome, List<Change> changes, Measure measure) {
    List<Advice> all = new ArrayList<>();
    for (Comparison comparison : Comparisons.of(outcome)) {
      if (comparison.measure() == measure && comparison.role() == Comparison.Role.BASELINE) {
        all.add(new Advice(changes.get(comparison.arm() - 1), comparison));
      }
    }
    all.sort(Comparator.comparingDouble(advice -> -advice.gain().mean()));
    return all;
  }

  /** By how much the measure got better, in its unit: above 0 is good whatever the measure. */
  public Interval gain() {
    Interval difference = comparison.difference().interval();
    return comparison.measure().moreIsBetter() ? difference : difference.times(-1);
  }

  /** The gain for each USD/h; all NaN when the cost is unknown. */
  public Interval gainPerUsdPerHour() {
    return gain().times(1 / change.usdPerHour());
  }
}
