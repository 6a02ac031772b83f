package dev.hejin.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagePlannerTest {
  private static final DeviceKind BIG = Pools.kind("big", 4_000, 5);
  private static final DeviceKind SMALL = Pools.kind("small", 1_000, 2);

  private final StagePlanner planner = new StagePlanner(StageOptions.DEFAULT);

  private static StagePlan checked(StageProblem problem, StagePlan plan) {
    assertThat(new StageVerifier(problem).violations(plan)).isEmpty();
    return plan;
  }

  @Test
  void shouldProveChainOfUnequalDevices() {
    // Given 8 + 2 = 10 layers at 1,000 tokens/s: big ones carry 4 each, small ones 1 each
    // or 2 side by side
    StageProblem problem = Pools.of(10, List.of(BIG, SMALL), 0, 1, 0, 1);

    // When
    StagePlan plan = checked(problem, planner.maximiseFlow(problem));

    // Then
    assertThat(plan.tokensPerSecond()).isCloseTo(1_000, within(1e-6));
    assertThat(plan.gap()).isZero();
    assertThat(plan.end()[0] - plan.start()[0]).isEqualTo(4);
  }

  @Test
  void shouldPutDevicesSideBySideWhereOneIsTooSlow() {
    // Given one layer for each of two big ones at 4,000, and small ones at 1,000: 2 layers
    StageProblem problem = Pools.of(2, List.of(BIG, SMALL), 0, 1, 1, 1, 1);

    // When
    StagePlan plan = checked(problem, planner.maximiseFlow(problem));

    // Then
    assertThat(plan.tokensPerSecond()).isCloseTo(4_000, within(1e-6));
    assertThat(plan.gap()).isZero();
  }

  @Test
  void shouldKnowThatTooSlowDevicesNeedSecondOnes() {
    // Given 8 devices of 7 layers at 10 tokens/s or 10 layers at 9, for 60 layers: the volume
    // allows
    // more than 9, but what is slower than the flow counts half at best, and 8 x 7 is less than 60
    double[] rates = {0, 99, 99, 99, 99, 99, 99, 10, 7, 6, 9};
    StageProblem problem = Pools.of(60, List.of(new DeviceKind("x", rates, null)), new int[8]);

    // When
    StagePlan plan = checked(problem, planner.maximiseFlow(problem));

    // Then
    assertThat(plan.tokensPerSecond()).isCloseTo(9, within(1e-9));
    assertThat(plan.gap()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldReachOrBoundTheOptimumOfSmallPools(long seed) {
    // Given a pool with slow and missing links, small enough to try every placement
    StageProblem problem;
    try {
      problem = Pools.random(seed, 4, 4);
    } catch (InvalidStageProblemException e) {
      return; // Holds no model.
    }

    // When
    StagePlan plan = checked(problem, planner.maximiseFlow(problem));
    double best = Pools.exhaustive(problem);

    // Then
    assertThat(plan.upperBound()).isGreaterThanOrEqualTo(best * (1 - 1e-9));
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(0.9 * best);
  }

  @Test
  void shouldServeAtLeastWhatSimplePlacementsServe() {
    // Given
    StageProblem problem = Pools.of(12, List.of(BIG, SMALL), 0, 0, 0, 1, 1, 1, 1, 1, 1);

    // When
    StagePlan plan = checked(problem, planner.maximiseServing(problem, Workload.CONVERSATION));

    // Then
    ServingEstimate estimate = new ServingEstimate(problem, Workload.CONVERSATION);
    int[] start = new int[9];
    int[] end = new int[9];
    new Baselines(problem).equalParts().intervals(start, end);
    double simple = estimate.of(start, end);
    new Baselines(problem).greedy().intervals(start, end);
    simple = Math.max(simple, estimate.of(start, end));
    assertThat(plan.servedDecodeTokensPerSecond()).isPositive();
    assertThat(estimate.of(plan.start(), plan.end())).isGreaterThanOrEqualTo(0.95 * simple);
    assertThat(plan.start()).doesNotContain(-1);
  }

  @Test
  void shouldPlanTheSameEachTime() {
    // Given
    StageProblem problem = Pools.of(12, List.of(BIG, SMALL), 0, 0, 0, 1, 1, 1, 1, 1, 1);

    // When
    StagePlan one = planner.maximiseServing(problem, Workload.CONVERSATION);
    StagePlan two =
        new StagePlanner(StageOptions.DEFAULT).maximiseServing(problem, Workload.CONVERSATION);

    // Then
    assertThat(one.start()).isEqualTo(two.start());
    assertThat(one.end()).isEqualTo(two.end());
    assertThat(one.servedDecodeTokensPerSecond()).isEqualTo(two.servedDecodeTokensPerSecond());
  }

  @Test
  void shouldGiveValidPlanWithoutAnyBudget() {
    // Given
    StageProblem problem = Pools.of(12, List.of(BIG, SMALL), 0, 0, 0, 1, 1, 1, 1, 1, 1);

    // When
    StagePlanner lazy = new StagePlanner(new StageOptions(0, 0, 0, 1));

    // Then
    checked(problem, lazy.maximiseFlow(problem));
    checked(problem, lazy.maximiseServing(problem, Workload.of(100, 100)));
  }

  @Test
  void shouldSayHowManyLayersFit() {
    assertThatThrownBy(() -> Pools.of(20, List.of(BIG, SMALL), 0, 1))
        .isInstanceOf(InvalidStageProblemException.class)
        .hasMessageContaining("model.layers = 20")
        .hasMessageContaining("hold 7 layers")
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldNameTheCutOfDisconnectedPools() {
    // Given device 1 without a way from the source
    Network network = new Network(2);
    network.link(2, 0, 9, 9, 0).link(0, 2, 9, 9, 0).link(1, 2, 9, 9, 0);

    // When, then
    assertThatThrownBy(() -> new StageProblem(6, 1, 1, List.of(BIG), new int[] {0, 0}, network))
        .hasMessageContaining("the cut is before device 1")
        .hasMessageContaining("from the source");
  }

  @Test
  void shouldRefuseLinksThatCarryNothing() {
    assertThatThrownBy(() -> new Network(2).link(0, 1, 0, 1, 0))
        .hasMessageContaining("links[0 -> 1].tokens_per_s = 0.0");
  }

  @Test
  void shouldRefuseServingWithoutTimes() {
    // Given
    DeviceKind bare = new DeviceKind("bare", new double[] {0, 5}, null);
    StageProblem problem = Pools.of(1, List.of(bare), 0);

    // When, then
    assertThatThrownBy(() -> planner.maximiseServing(problem, Workload.CONVERSATION))
        .hasMessageContaining("Maybe");
  }
}
