package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bound for two slots a device is never above the true optimum, and often near it. */
class PairBoundTest {
  @Test
  void shouldNeverExceedTheOptimum() {
    // Given
    Random random = new Random(3);
    double sum = 0;

    for (int n = 0; n < 200; n++) {
      double[][] loads = new double[1][5 + random.nextInt(2)];
      for (int e = 0; e < loads[0].length; e++) {
        loads[0][e] = Math.exp(random.nextGaussian());
      }
      BalanceProblem problem = BalanceProblem.builder(loads, 8, 4).build();
      double optimum = new Exhaustive(problem).seconds();

      // When
      double bound = PairBound.tokens(loads[0], 4, optimum * 1.0001);

      // Then
      assertThat(bound).isLessThanOrEqualTo(optimum * (1 + 1e-9));
      sum += optimum / bound;
    }
    assertThat(sum / 200).isLessThan(1.08);
  }
}
