package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadRateTest {
  @Test
  void shouldHaveNoLimitWhereNoneIsGiven() {
    // Given
    LoadRate rate = new LoadRate(0, 0);

    // When
    rate.begin("n/0", "n", 1L << 50, 0);

    // Then
    assertThat(rate.isLimited()).isFalse();
    assertThat(rate.allows("n/0", "n", 1L << 50, 0)).isTrue();
  }

  @Test
  void shouldKeepRateOfDeviceAndOfLinkOverTime() {
    // Given
    LoadRate rate = new LoadRate(100, 150);
    Random random = new Random(2);
    double[] begun = new double[2];

    // When
    for (int millis = 0; millis < 100_000; millis++) {
      int device = random.nextInt(2);
      long bytes = 1 + random.nextInt(60);
      double now = millis / 1000.0;
      if (rate.allows("n/" + device, "n", bytes, now)) {
        rate.begin("n/" + device, "n", bytes, now);
        begun[device] += bytes;
      }
    }

    // Then
    assertThat(begun[0] + begun[1]).isBetween(100 * 140.0, 101 * 150.0);
    assertThat(begun[0]).isLessThan(101 * 100.0);
    assertThat(begun[1]).isLessThan(101 * 100.0);
  }

  @Test
  void shouldLetLargeShardGoAloneAndOweIt() {
    // Given
    LoadRate rate = new LoadRate(100, 0);

    // When, then
    assertThat(rate.allows("n/0", "n", 1000, 0)).isTrue();
    rate.begin("n/0", "n", 1000, 0);
    assertThat(rate.allows("n/0", "n", 1, 8.9)).isFalse();
    assertThat(rate.allows("n/0", "n", 1, 9.1)).isTrue();
  }

  @Test
  void shouldGiveNothingWhenTheClockGoesBack() {
    // Given
    LoadRate rate = new LoadRate(100, 0);
    rate.begin("n/0", "n", 100, 50);

    // When, then
    assertThat(rate.allows("n/0", "n", 1, 10)).isFalse();
    assertThat(rate.allows("n/0", "n", 100, 50.5)).isFalse();
    assertThat(rate.allows("n/0", "n", 50, 50.5)).isTrue();
  }

  @Test
  void shouldRefuseNegativeRate() {
    // When, then
    assertThatThrownBy(() -> new LoadRate(-1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\nMaybe 0 for no limit.");
  }
}
