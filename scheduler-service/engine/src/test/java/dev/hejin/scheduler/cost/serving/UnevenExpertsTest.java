package dev.hejin.scheduler.cost.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnevenExpertsTest {
  private static final int DRAWS = 4000;

  @Test
  void shouldFindNothingUnevenWhereExpertsAreNotDivided() {
    // Given
    UnevenExperts one = new UnevenExperts(1, 256, 8);

    // When / Then
    assertThat(one.skew(1.1, 4, 4)).isEqualTo(1);
    assertThat(one.touched(1, 0.25)).isEqualTo(64);
  }

  @Test
  void shouldBeUnevenForOneTextAndHardlyForMany() {
    // Given
    UnevenExperts eight = new UnevenExperts(8, 256, 8);

    // When
    double one = eight.skew(1, 8192, 1);
    double many = eight.skew(1, 8192, 8192);

    // Then 1.42 deviations of sqrt(8 (1 / 65536 + 12.9 / 256)) and of sqrt(8 (.. + 0.0108 / 256))
    assertThat(one).isCloseTo(1 + 1.42 * 0.635, within(0.02));
    assertThat(many).isCloseTo(1 + 1.42 * 0.0215, within(0.002));
    assertThat(new UnevenExperts(64, 256, 8).skew(1, 1, 1)).isLessThanOrEqualTo(64);
  }

  @Test
  void shouldReadAsManyExpertsAsTheFullestOfDrawnSteps() {
    // Given 64 experts on each of 4 devices, each needed with a chance of 12 %
    SplittableRandom random = new SplittableRandom(5);
    double sum = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      int most = 0;
      for (int device = 0; device < 4; device++) {
        int needed = 0;
        for (int expert = 0; expert < 64; expert++) {
          needed += random.nextDouble() < 0.12 ? 1 : 0;
        }
        most = Math.max(most, needed);
      }
      sum += most;
    }

    // When
    double touched = new UnevenExperts(4, 256, 8).touched(4, 0.12);

    // Then
    assertThat(touched).isCloseTo(sum / DRAWS, within(0.3));
    assertThat(new UnevenExperts(4, 256, 8).touched(4, 1)).isEqualTo(64);
  }
}
