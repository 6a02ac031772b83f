package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Bad input is refused with field, value and a likely fix. */
class BalanceProblemTest {
  @Test
  void shouldRefuseFewerSlotsThanExperts() {
    refused(BalanceProblem.builder(new double[][] {{1, 2, 3, 4, 5}}, 4, 2), "num_replicas = 4");
  }

  @Test
  void shouldRefuseMoreSlotsOnADeviceThanExperts() {
    refused(BalanceProblem.builder(new double[][] {{1, 2}}, 6, 2), "slots[0] = 3");
  }

  @Test
  void shouldRefuseLoadsThatAreNoNumbers() {
    refused(BalanceProblem.builder(new double[][] {{1, Double.NaN}}, 2, 2), "weights[0][1] = NaN");
    refused(BalanceProblem.builder(new double[][] {{1, -2}}, 2, 2), "weights[0][1] = -2.0");
    refused(BalanceProblem.builder(new double[][] {{0, 0}}, 2, 2), "weights = all 0");
  }

  @Test
  void shouldRefuseRaggedRows() {
    refused(BalanceProblem.builder(new double[][] {{1, 2}, {1}}, 2, 2), "weights[1].length = 1");
  }

  @Test
  void shouldRefuseGroupsThatDoNotDivide() {
    double[][] w = {{1, 2, 3, 4}};
    refused(BalanceProblem.builder(w, 4, 2).hierarchy(3, 2), "num_groups = 3");
    refused(BalanceProblem.builder(w, 4, 2).hierarchy(4, 3), "num_nodes = 3");
  }

  @Test
  void shouldRefuseSpeedsOfZero() {
    double[] speeds = {1, 0};
    refused(
        BalanceProblem.builder(new double[][] {{1, 2}}, 2, 2).speeds(speeds), "speeds[1] = 0.0");
  }

  @Test
  void shouldRefuseClumpingThatIsNoVariance() {
    double[][] w = {{1, 2}};
    refused(BalanceProblem.builder(w, 4, 2).replicas(3).clumping(-1), "clumping = -1.0");
    refused(BalanceProblem.builder(w, 4, 2).replicas(3).clumping(Double.NaN), "clumping = NaN");
    refused(BalanceProblem.builder(w, 4, 2).clumping(1), "clumping = 1.0");
  }

  @Test
  void shouldRefuseToMendWithoutAPlacementOrEmptySlots() {
    double[][] w = {{1, 2}};
    refused(BalanceProblem.builder(w, 4, 2).replicas(3).mend(1), "mend = 1");
    refused(BalanceProblem.builder(w, 2, 2).previous(new int[][] {{0, 1}}).mend(1), "mend = 1");
  }

  @Test
  void shouldRefuseAPreviousPlanOfAnotherShape() {
    int[][] old = {{0, 1, 1}};
    refused(
        BalanceProblem.builder(new double[][] {{1, 2}}, 2, 2).previous(old),
        "previous[0].length = 3");
  }

  @Test
  void shouldAcceptALayerWithoutLoad() {
    // Given
    BalanceProblem problem =
        BalanceProblem.builder(new double[][] {{0, 0, 0}, {3, 2, 1}}, 4, 2).build();

    // When
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.balancedness()).isBetween(0.857, 0.858);
  }

  private static void refused(BalanceProblem.Builder builder, String start) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageStartingWith(start)
        .hasMessageContaining("\nMaybe ");
  }
}
