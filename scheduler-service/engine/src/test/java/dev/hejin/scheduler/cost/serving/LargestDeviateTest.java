package dev.hejin.scheduler.cost.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LargestDeviateTest {
  private static final int DRAWS = 20_000;

  @Test
  void shouldKnowTheLargestOfManyDeviates() {
    // Given
    SplittableRandom random = new SplittableRandom(1);
    for (int n : new int[] {2, 3, 8, 32, 320}) {
      double sum = 0;
      for (int i = 0; i < DRAWS; i++) {
        double most = Double.NEGATIVE_INFINITY;
        for (int d = 0; d < n; d++) {
          most = Math.max(most, random.nextGaussian());
        }
        sum += most;
      }

      // When / Then
      assertThat(LargestDeviate.of(n)).as("of %d", n).isCloseTo(sum / DRAWS, within(0.04));
    }
    assertThat(LargestDeviate.of(1)).isZero();
  }
}
