package dev.hejin.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StagePlanPropertyTest {
  @Property(tries = 60)
  void shouldBeValidAndBounded(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 14) int devices,
      @ForAll @IntRange(min = 1, max = 12) int layers) {
    // Given
    StageProblem problem;
    try {
      problem = Pools.random(seed, devices, layers);
    } catch (InvalidStageProblemException e) {
      assertThat(e).hasMessageContaining("\nMaybe ");
      return;
    }

    // When
    StagePlanner planner = new StagePlanner(new StageOptions(60, 20_000, 40_000, seed));
    StagePlan flow = planner.maximiseFlow(problem);
    StagePlan serving = planner.maximiseServing(problem, Workload.CONVERSATION);

    // Then
    assertThat(new StageVerifier(problem).violations(flow)).isEmpty();
    assertThat(new StageVerifier(problem).violations(serving)).isEmpty();
    assertThat(serving.tokensPerSecond()).isLessThanOrEqualTo(flow.upperBound() * (1 + 1e-9));
  }
}
