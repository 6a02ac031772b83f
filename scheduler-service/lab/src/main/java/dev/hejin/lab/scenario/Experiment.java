package dev.hejin.lab.scenario;

import dev.hejin.lab.trial.Variant;
import java.util.List;

/**
 * What to compare when nothing else is asked for.
 *
 * @param replications seeds that each variant is tried with
 * @param variants at least one; the first is the baseline
 */
public record Experiment(int replications, List<Variant> variants) {
  /** Checks and copies. */
  public Experiment {
    variants = List.copyOf(variants);
    if (variants.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no variant\nMaybe leave the field out: then the scenario as it is is one.");
    }
  }
}
