package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The outcome of a run.
 *
 * @param scenario its name
 * @param pool its name
 * @param model its name
 * @param seed of the simulated world
 * @param timeScale of loads
 * @param wallSeconds the run took
 */
public record Summary(
    String scenario,
    String pool,
    String model,
    long seed,
    double timeScale,
    double wallSeconds,
    List<EventReport> events,
    List<Check> checks) {
  public Summary {
    requireNonNull(scenario, "scenario");
    requireNonNull(pool, "pool");
    requireNonNull(model, "model");
    events = List.copyOf(events);
    checks = List.copyOf(checks);
  }

  public boolean isPassed() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::passed);
  }
}
