package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** How near the true optimum results are, on problems small enough to try every placement. */
class OptimumTest {
  private static final int PROBLEMS = 150;

  @Test
  void shouldComeNearTheOptimumOnEqualDevices() {
    // Given
    Random random = new Random(11);
    double sum = 0;
    double worst = 1;

    for (int n = 0; n < PROBLEMS; n++) {
      BalanceProblem problem =
          BalanceProblem.builder(loads(random, 5 + random.nextInt(2)), 8, 4).build();

      // When
      double ratio = ratio(problem);
      sum += ratio;
      worst = Math.max(worst, ratio);
    }

    // Then
    assertThat(sum / PROBLEMS).isLessThan(1.03);
    assertThat(worst).isLessThan(1.35);
  }

  @Test
  void shouldComeNearTheOptimumOnUnequalDevices() {
    // Given
    Random random = new Random(12);
    double sum = 0;
    double worst = 1;

    for (int n = 0; n < PROBLEMS; n++) {
      double[] speeds = {1, 1, 0.5 + 0.5 * random.nextDouble()};
      BalanceProblem problem =
          BalanceProblem.builder(loads(random, 6), new int[] {3, 3, 2}).speeds(speeds).build();

      // When
      double ratio = ratio(problem);
      sum += ratio;
      worst = Math.max(worst, ratio);
    }

    // Then
    assertThat(sum / PROBLEMS).isLessThan(1.05);
    assertThat(worst).isLessThan(1.4);
  }

  private static double ratio(BalanceProblem problem) {
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT).balance(problem);
    double optimum = new Exhaustive(problem).seconds();
    assertThat(result.layerSeconds()[0]).isGreaterThanOrEqualTo(optimum * (1 - 1e-9));
    assertThat(result.boundSeconds()[0]).isLessThanOrEqualTo(optimum * (1 + 1e-9));
    return result.layerSeconds()[0] / optimum;
  }

  private static double[][] loads(Random random, int experts) {
    double[][] loads = new double[1][experts];
    for (int e = 0; e < experts; e++) {
      loads[0][e] = Math.exp(random.nextGaussian());
    }
    return loads;
  }
}
