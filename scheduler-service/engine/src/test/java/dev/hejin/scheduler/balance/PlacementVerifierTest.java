package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verifier notices what is wrong with a placement. */
class PlacementVerifierTest {
  private final BalanceProblem problem =
      BalanceProblem.builder(new double[][] {{4, 3, 2, 1}}, 6, 2).build();
  private final BalanceResult good = new Balancer(BalanceOptions.DEFAULT).balance(problem);

  @Test
  void shouldAcceptWhatTheBalancerMakes() {
    assertThat(new PlacementVerifier(problem).violations(good)).isEmpty();
  }

  @Test
  void shouldNoticeAnExpertTwiceOnADevice() {
    // Given
    good.slotExpert()[0][0] = good.slotExpert()[0][1];

    // When / Then
    assertThat(new PlacementVerifier(problem).violations(good)).anyMatch(v -> v.contains("twice"));
  }

  @Test
  void shouldNoticeSharesThatDoNotAddUp() {
    // Given
    good.replicaWeights()[0][2] *= 0.5;

    // When / Then
    assertThat(new PlacementVerifier(problem).violations(good)).anyMatch(v -> v.contains("add up"));
  }

  @Test
  void shouldNoticeTimesThatAreTooGood() {
    // Given
    good.layerSeconds()[0] *= 0.9;

    // When / Then
    assertThat(new PlacementVerifier(problem).violations(good))
        .anyMatch(v -> v.contains("seconds"));
  }
}
