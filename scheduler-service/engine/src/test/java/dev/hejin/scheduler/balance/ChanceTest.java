package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChanceTest {
  @Test
  void shouldKnowTheLargestOfNormalDeviates() {
    for (int devices : new int[] {8, 32, 320}) {
      // Given
      Random random = new Random(7);
      double sum = 0;
      for (int trial = 0; trial < 4000; trial++) {
        double most = Double.NEGATIVE_INFINITY;
        for (int d = 0; d < devices; d++) {
          most = Math.max(most, random.nextGaussian());
        }
        sum += most;
      }

      // When / Then
      assertThat(Chance.of(1, devices).deviations()).isCloseTo(sum / 4000, within(0.12));
    }
  }

  @Test
  void shouldFillADeviceToTheLevelThatItIsFeltAt() {
    for (double clumping : new double[] {1e-3, 0.1, 1, 5}) {
      // Given
      Chance chance = Chance.of(clumping, 32);
      double level = chance.felt(800, 90_000) + 250;

      // When
      double room = chance.room(800, 90_000, level);

      // Then
      assertThat(room).isPositive();
      assertThat(chance.felt(800 + room, 90_000 + room * room)).isCloseTo(level, within(1e-6));
      assertThat(chance.room(800, 90_000, chance.felt(800, 90_000) - 1)).isZero();
    }
  }

  @Test
  void shouldCountNothingWhereLoadsAreCertain() {
    // Given / When / Then
    assertThat(Chance.of(0, 32).counts()).isFalse();
    assertThat(Chance.of(1, 1).counts()).isFalse();
    assertThat(Chance.NONE.felt(800, 90_000)).isEqualTo(800);
  }
}
