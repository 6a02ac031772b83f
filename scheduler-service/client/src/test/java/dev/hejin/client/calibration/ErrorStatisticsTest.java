package dev.hejin.client.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ErrorStatisticsTest {
  @Test
  void shouldRankWithinGroupsOnly() {
    // Given: in each group the order is right, between the groups it is not.
    ErrorStatistics errors = new ErrorStatistics();
    for (int i = 1; i <= 5; i++) {
      errors.add("a", i, 100 + i);
      errors.add("b", 10 + i, i);
    }

    // When, then
    assertThat(errors.rankCorrelation()).isCloseTo(1, within(1e-9));
    assertThat(errors.regret()).isCloseTo(0, within(1e-9));
  }

  @Test
  void shouldTellRegretOfAWrongChoice() {
    // Given: what looks best takes 12, the best takes 10.
    ErrorStatistics errors = new ErrorStatistics();
    errors.add("a", 1, 12);
    errors.add("a", 2, 10);
    errors.add("a", 3, 20);

    // When, then
    assertThat(errors.regret()).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void shouldAverageMeasurementsOfOneConfiguration() {
    // Given: one configuration measured as 10 and as 20, another as 14.
    ErrorStatistics errors = new ErrorStatistics();
    errors.add("a", 1, 10);
    errors.add("a", 1, 20);
    errors.add("a", 2, 14);

    // When, then
    assertThat(errors.regret()).isCloseTo(15.0 / 14 - 1, within(1e-9));
  }

  @Test
  void shouldGiveMedianErrorAndBias() {
    // Given
    ErrorStatistics errors = new ErrorStatistics();
    errors.add("a", 9, 10);
    errors.add("a", 12, 10);
    errors.add("a", 8, 10);

    // When, then
    assertThat(errors.medianError()).isCloseTo(0.2, within(1e-9));
    assertThat(errors.bias()).isCloseTo(-0.1, within(1e-9));
  }
}
