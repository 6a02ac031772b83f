package dev.hejin.lab.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.pool.PoolSpec;
import java.util.List;

/**
 * One world to try policies in.
 *
 * @param story one paragraph: what happens and what it shows
 * @param seed of the first replication
 * @param durationSeconds simulated time
 * @param warmupSeconds from the start that are not measured
 * @param pool devices with their true speeds
 * @param services models that share the pool, at least one
 */
public record Scenario(
    String name,
    String story,
    long seed,
    double durationSeconds,
    double warmupSeconds,
    PoolSpec pool,
    List<Service> services,
    Truth truth,
    Faults faults,
    Control control,
    Experiment experiment) {
  /** Checks and copies. */
  public Scenario {
    requireNonNull(name, "name");
    requireNonNull(story, "story");
    requireNonNull(pool, "pool");
    services = List.copyOf(services);
    requireNonNull(truth, "truth");
    requireNonNull(faults, "faults");
    requireNonNull(control, "control");
    requireNonNull(experiment, "experiment");
    if (services.isEmpty()) {
      throw new IllegalArgumentException(
          "scenario " + name + " serves no model\nMaybe name one in the field model.");
    }
  }
}
