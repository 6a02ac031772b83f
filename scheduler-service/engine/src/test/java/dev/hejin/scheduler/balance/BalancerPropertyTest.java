package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever the sizes, speeds, slots and budgets: results are valid, and the same each time. */
class BalancerPropertyTest {
  @Property(tries = 400)
  void shouldPlaceEveryExpertValidly(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int experts,
      @ForAll @IntRange(min = 1, max = 12) int devices,
      @ForAll Split split) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    BalanceProblem problem = random.global(experts, devices).build();

    // When
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT.with(split)).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.upperBound()).isGreaterThanOrEqualTo(result.balancedness() * (1 - 1e-9));
  }

  @Property(tries = 150)
  void shouldKeepGroupsOnNodes(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 3) int groupsPerNode,
      @ForAll Split split) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    BalanceProblem problem = random.hierarchical(nodes, groupsPerNode).build();

    // When
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT.with(split)).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
  }

  @Property(tries = 300)
  void shouldStayWithinTheMoveBudget(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 40) int experts,
      @ForAll @IntRange(min = 2, max = 12) int devices,
      @ForAll @IntRange(min = -1, max = 30) int maxMoves,
      @ForAll Split split) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(split));
    BalanceProblem.Builder builder = random.global(experts, devices);
    int[][] before = balancer.balance(builder.build()).slotExpert();
    BalanceProblem problem =
        random.drift(builder.build()).previous(before).maxMoves(maxMoves).build();

    // When
    BalanceResult result = balancer.balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
  }

  @Property(tries = 150)
  void shouldStayWithinTheMoveBudgetWhereGroupsAreBound(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 3) int groupsPerNode,
      @ForAll @IntRange(min = -1, max = 20) int maxMoves) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT);
    BalanceProblem.Builder builder = random.hierarchical(nodes, groupsPerNode);
    int[][] before = balancer.balance(builder.build()).slotExpert();
    BalanceProblem problem =
        random
            .drift(builder.build())
            .hierarchy(nodes * groupsPerNode, nodes)
            .previous(before)
            .maxMoves(maxMoves)
            .build();

    // When
    BalanceResult result = balancer.balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
  }

  @Property(tries = 400)
  void shouldUseNoMoreSlotsThanAllowedWhereTheyMayStayEmpty(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int experts,
      @ForAll @IntRange(min = 1, max = 12) int devices) {
    // Given
    BalanceProblem problem = new RandomProblems(new Random(seed)).open(experts, devices).build();
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(Split.WEIGHTED));

    // When
    BalanceResult result = balancer.balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.upperBound()).isGreaterThanOrEqualTo(result.balancedness() * (1 - 1e-9));
    assertThat(balancer.balance(problem).replicaWeights()).isDeepEqualTo(result.replicaWeights());
  }

  @Property(tries = 400)
  void shouldStayWithinTheMoveBudgetWhereSlotsMayStayEmpty(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 40) int experts,
      @ForAll @IntRange(min = 2, max = 12) int devices,
      @ForAll @IntRange(min = -1, max = 30) int maxMoves) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(Split.WEIGHTED));
    BalanceProblem before = random.open(experts, devices).build();
    BalanceProblem problem =
        random
            .drift(before)
            .previous(balancer.balance(before).slotExpert())
            .maxMoves(maxMoves)
            .build();

    // When
    BalanceResult result = balancer.balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
  }

  @Property(tries = 300)
  void shouldMendWhateverDevicesHoldWhereSlotsMayStayEmpty(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int experts,
      @ForAll @IntRange(min = 1, max = 12) int devices) {
    // Given
    RandomProblems random = new RandomProblems(new Random(seed));
    BalanceProblem.Builder builder = random.open(experts, devices);
    BalanceProblem problem = builder.previous(random.holdings(builder.build())).build();

    // When
    BalanceResult result =
        new Balancer(BalanceOptions.DEFAULT.with(Split.WEIGHTED)).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
  }

  @Property(tries = 60)
  void shouldGiveTheSameResultAgain(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int experts,
      @ForAll @IntRange(min = 1, max = 12) int devices,
      @ForAll Split split) {
    // Given
    BalanceProblem problem = new RandomProblems(new Random(seed)).global(experts, devices).build();
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(split));

    // When
    BalanceResult first = balancer.balance(problem);
    BalanceResult second = balancer.balance(problem);

    // Then
    assertThat(second.slotExpert()).isDeepEqualTo(first.slotExpert());
    assertThat(second.replicaWeights()).isDeepEqualTo(first.replicaWeights());
  }
}
