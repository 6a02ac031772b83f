package dev.hejin.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  @Test
  void shouldTellWhenThroughputIsAgainWhatItStaysAt() {
    // Given: nothing for 20 s, then 80 of what was before
    double[] tokens = new double[200];
    Arrays.fill(tokens, 100);
    Arrays.fill(tokens, 60, 80, 0);
    Arrays.fill(tokens, 80, 200, 80);

    // When, Then: the first whole stretch of 5 s above 95 %
    assertThat(Recovery.mean(tokens, List.of(60.0)).orElseThrow()).isCloseTo(25, within(1.0));
  }

  @Test
  void shouldTakeNoTimeWhereNothingFell() {
    // Given
    double[] tokens = new double[100];
    Arrays.fill(tokens, 100);

    // When, Then
    assertThat(Recovery.mean(tokens, List.of(50.0)).orElseThrow()).isZero();
  }

  @Test
  void shouldSayNothingOfFaultsTooCloseToAnother() {
    // Given, When, Then
    assertThat(Recovery.mean(new double[100], List.of(80.0))).isEmpty();
    assertThat(Recovery.mean(new double[100], List.of())).isEmpty();
  }
}
