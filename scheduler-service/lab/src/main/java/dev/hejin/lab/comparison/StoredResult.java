package dev.hejin.lab.comparison;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.trial.Measure;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a result file holds, as far as it is compared.
 *
 * @param scenario name of the scenario
 * @param text the scenario's file
 * @param version of the code that simulated
 * @param settings what was set for all arms
 * @param partial whether the run was interrupted
 */
public record StoredResult(
    String scenario,
    String text,
    String version,
    List<String> settings,
    boolean partial,
    List<StoredArm> arms) {
  /** Checks and copies. */
  public StoredResult {
    requireNonNull(scenario, "scenario");
    requireNonNull(text, "text");
    requireNonNull(version, "version");
    settings = List.copyOf(settings);
    arms = List.copyOf(arms);
  }

  /** The trials of one arm. */
  public record StoredArm(String name, List<StoredTrial> trials) {
    /** Checks and copies. */
    public StoredArm {
      requireNonNull(name, "name");
      trials = List.copyOf(trials);
    }
  }

  /**
   * One trial.
   *
   * @param failure empty, or why it came to nothing
   */
  public record StoredTrial(long seed, String failure, Map<Measure, Double> measures) {
    /** Checks and copies. */
    public StoredTrial {
      requireNonNull(failure, "failure");
      Map<Measure, Double> copy = new EnumMap<>(Measure.class);
      copy.putAll(measures);
      measures = Collections.unmodifiableMap(copy);
    }

    /** The figure of a measure; NaN where there is none. */
    double value(Measure measure) {
      Double value = failure.isEmpty() ? measures.get(measure) : null;
      return value == null ? Double.NaN : value;
    }
  }
}
