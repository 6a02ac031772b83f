package dev.hejin.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.simulation.Scenario.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of seeds; {@code -Dhejin.seed=N} runs one, {@code -Dhejin.seeds=N} more or fewer. */
class MigrationSimulationTest {

  @ParameterizedTest(name = "{0}: {1} retargets, {2} crashes, {3} disconnects, {4} restarts")
  @CsvSource({
    "REBALANCE, 0, 0, 0, 0, 100",
    "REBALANCE, 3, 0, 0, 0, 300",
    "REBALANCE, 2, 0, 2, 2, 250",
    "REBALANCE, 2, 2, 1, 1, 300",
    "RESTAGE_WITH_ROOM, 3, 0, 0, 0, 250",
    "RESTAGE_WITH_ROOM, 2, 2, 2, 2, 250",
    "RESTAGE_TIGHT, 3, 0, 0, 0, 250",
    "RESTAGE_TIGHT, 2, 2, 2, 2, 300"
  })
  void shouldCompleteWithoutBreakingAPromise(
      Kind kind, int retargets, int crashes, int disconnects, int restarts, int seeds) {
    // Given
    Scenario scenario = new Scenario(kind, retargets, crashes, disconnects, restarts);
    long first = Long.getLong("hejin.seed", 1);
    long count = Long.getLong("hejin.seed") != null ? 1 : Long.getLong("hejin.seeds", seeds);
    long interrupted = 0;
    long directives = 0;

    // When
    for (long seed = first; seed < first + count; seed++) {
      ClusterSimulation.Result result = run(scenario, seed);
      interrupted += result.interruptions() > 0 ? 1 : 0;
      directives += result.directives();
    }

    // Then
    assertThat(directives).isPositive();
    if (kind != Kind.RESTAGE_TIGHT) {
      assertThat(interrupted).isZero();
    }
  }

  @Test
  void shouldRunTheSameFromTheSameSeed() {
    // Given
    Scenario scenario = new Scenario(Kind.RESTAGE_TIGHT, 2, 2, 2, 2);

    // When
    ClusterSimulation.Result first = run(scenario, 7);
    ClusterSimulation.Result second = run(scenario, 7);

    // Then
    assertThat(second).isEqualTo(first);
  }

  private static ClusterSimulation.Result run(Scenario scenario, long seed) {
    try {
      return ClusterSimulation.run(scenario, seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(scenario + " with -Dhejin.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
