package dev.hejin.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  /** Student's sleep data of 1908: extra hours under two drugs, by patient. */
  private static final double[] FIRST = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};

  private static final double[] SECOND = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

  @Test
  void shouldGiveThePublishedFiguresOfStudentsSleepData() {
    // When
    Difference difference = Difference.paired(FIRST, SECOND);

    // Then: t = 4.0621 with 9 degrees of freedom, interval 0.70 to 2.46
    assertThat(difference.interval().mean()).isCloseTo(1.58, within(1e-9));
    assertThat(difference.p()).isCloseTo(0.002833, within(1e-6));
    assertThat(difference.interval().low()).isCloseTo(0.7001142, within(1e-6));
    assertThat(difference.interval().high()).isCloseTo(2.4598858, within(1e-6));
    assertThat(difference.relative().mean()).isCloseTo(1.58 / 0.75, within(1e-9));
  }

  @Test
  void shouldGiveWelchsFiguresWithoutPairs() {
    // When
    Difference difference = Difference.unpaired(FIRST, SECOND);

    // Then: t = 1.8608 with 17.776 degrees of freedom, interval -0.21 to 3.37
    assertThat(difference.p()).isCloseTo(0.07939, within(1e-5));
    assertThat(difference.interval().low()).isCloseTo(-0.2054832, within(1e-6));
    assertThat(difference.interval().high()).isCloseTo(3.3654832, within(1e-6));
    assertThat(difference.signFlipP()).isNaN();
  }

  @Test
  void shouldCountTheWaysToFlipSigns() {
    // When / Then: of 8 ways two reach the sum; a zero tells nothing
    assertThat(SignFlipTest.p(1, 2, 3)).isEqualTo(0.25);
    assertThat(SignFlipTest.p(1, 2, 3, 0)).isEqualTo(0.25);
    assertThat(SignFlipTest.p(0, 0)).isEqualTo(1);
    assertThat(SignFlipTest.p(1, -1)).isEqualTo(1);
  }

  @Test
  void shouldAgreeWithWilcoxonWhereTheExactCountEnds() {
    // Given: a clear shift, one value more than is counted exactly
    double[] shifted = new double[SignFlipTest.MOST_EXACT + 1];
    Random random = new Random(5);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = 1 + random.nextDouble();
    }

    // When / Then
    assertThat(SignFlipTest.p(shifted)).isLessThan(0.001);
  }

  @Test
  void shouldKnowNoIntervalOfOneValue() {
    // When
    Difference difference = Difference.paired(new double[] {2}, new double[] {3});

    // Then
    assertThat(difference.interval().mean()).isEqualTo(1);
    assertThat(difference.interval().isBounded()).isFalse();
    assertThat(difference.p()).isNaN();
  }

  @Test
  void shouldCallValuesWithoutSpreadDifferentOrEqualForSure() {
    // When
    Difference same = Difference.paired(new double[] {0, 0}, new double[] {0, 0});
    Difference other = Difference.paired(new double[] {1, 2}, new double[] {2, 3});

    // Then
    assertThat(same.p()).isEqualTo(1);
    assertThat(same.relative().mean()).isNaN();
    assertThat(other.p()).isZero();
    assertThat(other.interval()).isEqualTo(new Interval(1, 1, 1, 2));
  }

  @Test
  void shouldHoldTheTrueMeanInNineteenOfTwentyIntervals() {
    // Given
    Random random = new Random(42);
    int held = 0;
    int runs = 4000;

    // When
    for (int run = 0; run < runs; run++) {
      double[] values = new double[6];
      for (int i = 0; i < values.length; i++) {
        values[i] = 10 + random.nextGaussian();
      }
      Interval interval = Interval.of(values);
      if (interval.low() <= 10 && 10 <= interval.high()) {
        held++;
      }
    }

    // Then
    assertThat((double) held / runs).isCloseTo(0.95, within(0.011));
  }

  @Test
  void shouldAdjustLikeHolm() {
    // When / Then
    assertThat(Holm.adjusted(0.01, 0.04, 0.03))
        .containsExactly(new double[] {0.03, 0.06, 0.06}, within(1e-12));
    assertThat(Holm.adjusted(0.6, Double.NaN, 0.7)[0]).isEqualTo(1);
    assertThat(Holm.adjusted(Double.NaN)[0]).isNaN();
  }

  @Test
  void shouldRefuseValuesThatAreNoPairs() {
    assertThatThrownBy(() -> Difference.paired(new double[2], new double[3]))
        .hasMessageContaining("3 values are not paired with 2")
        .hasMessageContaining("Maybe");
  }
}
