package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.trial.Variant;

/**
 * One variant at one point of a sweep.
 *
 * @param point the swept values, as in {@code traffic.requestsPerSecond=20}; empty without a sweep
 * @param label name of the variant
 * @param variant what the simulator is given, with the point's settings in it
 * @param speedBlind whether speeds that telemetry shows are not believed in it
 * @param inputs hash of what its scenario takes from other files
 */
public record Arm(String point, String label, Variant variant, boolean speedBlind, String inputs) {
  /** Checks that there are names. */
  public Arm {
    requireNonNull(point, "point");
    requireNonNull(label, "label");
    requireNonNull(variant, "variant");
    requireNonNull(inputs, "inputs");
  }

  /** Unique in an experiment, for people. */
  public String name() {
    return variant.name();
  }
}
