package dev.hejin.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Schedulers, callers and agents under faults; {@code -Dhejin.seed=N} runs one seed, {@code
 * -Dhejin.seeds=N} more than the usual.
 */
class ControlPlaneSimulationTest {
  private static final int SEEDS = 1_000;

  @Test
  void shouldKeepItsPromisesWhateverHappens() {
    // Given
    Long only = Long.getLong("hejin.seed");
    long first = only == null ? 1 : only;
    long count = only == null ? Integer.getInteger("hejin.seeds", SEEDS) : 1;
    long elections = 0;
    long made = 0;
    long disobeyed = 0;

    // When
    for (long seed = first; seed < first + count; seed++) {
      ControlPlaneSimulation.Result result = run(seed);
      elections += result.terms();
      made += result.made();
      disobeyed += result.disobeyed();
    }

    // Then
    assertThat(made).isGreaterThan(10 * count);
    if (count == SEEDS) {
      assertThat(elections).as("leaders change").isGreaterThan(2 * count);
      assertThat(disobeyed).as("a leader that was replaced gives orders").isPositive();
    }
  }

  @Test
  void shouldRunTheSameFromTheSameSeed() {
    // When, then
    assertThat(run(5)).isEqualTo(run(5));
  }

  private static ControlPlaneSimulation.Result run(long seed) {
    try {
      return ControlPlaneSimulation.run(seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("-Dhejin.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
