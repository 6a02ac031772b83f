package dev.hejin.lab.comparison;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.statistics.Difference;
import dev.hejin.lab.trial.Measure;

/**
 * One arm beside another in one measure.
 *
 * @param arm index of the arm in its experiment
 * @param against index of the arm that it is compared with
 * @param role why with that one
 * @param difference of the arm's figures above the other's
 * @param adjustedP p after Holm's correction over the arms that are compared in this measure
 */
public record Comparison(
    Measure measure,
    int arm,
    int against,
    Role role,
    Difference difference,
    double adjustedP,
    Verdict verdict) {
  /** Why an arm is compared with another. */
  public enum Role {
    /** The other is the first of its point. */
    BASELINE,
    /** The other has the best mean of those that do not believe speeds. */
    BEST_SPEED_BLIND
  }

  /** Checks that nothing is null. */
  public Comparison {
    requireNonNull(measure, "measure");
    requireNonNull(role, "role");
    requireNonNull(difference, "difference");
    requireNonNull(verdict, "verdict");
  }

  /** The verdict in words. */
  public String text() {
    return verdict.text(measure, difference, adjustedP);
  }
}
