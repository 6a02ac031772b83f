package dev.hejin.catalog.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticExpertLoadTest {

  private static final int LAYERS = 61;
  private static final int DENSE = 3;
  private static final int EXPERTS = 256;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 42, -7, Long.MAX_VALUE, Long.MIN_VALUE})
  void shouldBeAsUnevenAsPublishedInEveryLayer(long seed) {
    // When
    ExpertLoad load = SyntheticExpertLoad.generate(LAYERS, DENSE, EXPERTS, seed);

    // Then
    for (int layer = DENSE; layer < LAYERS; layer++) {
      double[] sorted = load.layer(layer);
      Arrays.sort(sorted);
      double hottest25 = Arrays.stream(sorted, EXPERTS - 25, EXPERTS).sum() / load.total(layer);
      assertThat(load.maxOverMean(layer)).isBetween(5.6, 8.1);
      assertThat(load.topTenthShare(layer)).isBetween(0.27, 0.36);
      assertThat(hottest25).isBetween(0.27, 0.36);
      assertThat(sorted[0]).isPositive();
    }
    assertThat(IntStream.range(0, DENSE).filter(load::isMoeLayer)).isEmpty();
  }

  @Test
  void shouldGiveTheSameLoadsForTheSameSeed() {
    // When
    ExpertLoad first = SyntheticExpertLoad.generate(LAYERS, DENSE, EXPERTS, 5);
    ExpertLoad second = SyntheticExpertLoad.generate(LAYERS, DENSE, EXPERTS, 5);

    // Then
    for (int layer = 0; layer < LAYERS; layer++) {
      assertThat(first.layer(layer)).containsExactly(second.layer(layer));
    }
  }

  @Test
  void shouldMakeOtherExpertsHotForAnotherSeedAndLayer() {
    // Given
    ExpertLoad first = SyntheticExpertLoad.generate(LAYERS, DENSE, EXPERTS, 5);
    ExpertLoad second = SyntheticExpertLoad.generate(LAYERS, DENSE, EXPERTS, 6);

    // When
    long same =
        IntStream.range(DENSE, LAYERS)
            .filter(layer -> hottest(first, layer) == hottest(second, layer))
            .count();
    long hottest =
        IntStream.range(DENSE, LAYERS).map(layer -> hottest(first, layer)).distinct().count();

    // Then
    assertThat(same).isLessThan(5);
    assertThat(hottest).isGreaterThan(30);
  }

  @Test
  void shouldFollowTheSkew() {
    // When
    ExpertLoad even = SyntheticExpertLoad.generate(4, 0, EXPERTS, 1, 0);
    ExpertLoad mild = SyntheticExpertLoad.generate(4, 0, EXPERTS, 1, 0.5);
    ExpertLoad steep = SyntheticExpertLoad.generate(4, 0, EXPERTS, 1, 2);

    // Then
    assertThat(even.maxOverMean(0)).isEqualTo(1.0, within(1e-9));
    assertThat(mild.maxOverMean(0)).isBetween(1.5, 4.0);
    assertThat(steep.maxOverMean(0)).isGreaterThan(8.1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16, 60, 64, 128, 160, 384, 512})
  void shouldWorkForEveryExpertCount(int experts) {
    // When
    ExpertLoad load = SyntheticExpertLoad.generate(2, 0, experts, 9);

    // Then
    assertThat(load.total(0)).isCloseTo(experts * 100_000.0, within((double) experts));
    assertThat(Arrays.stream(load.layer(1)).min().orElseThrow()).isPositive();
    if (experts >= 60) {
      assertThat(load.topTenthShare(0)).isBetween(0.27, 0.36);
    }
  }

  @Test
  void shouldRefuseShapesWithoutExperts() {
    assertThatThrownBy(() -> SyntheticExpertLoad.generate(3, 3, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> SyntheticExpertLoad.generate(3, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SyntheticExpertLoad.generate(3, 0, 8, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static int hottest(ExpertLoad load, int layer) {
    return IntStream.range(0, load.experts())
        .reduce((a, b) -> load.tokens(layer, a) >= load.tokens(layer, b) ? a : b)
        .orElseThrow();
  }
}
