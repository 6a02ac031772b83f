package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoadTrackerTest {
  private static final double[] EVEN = {10, 10, 10, 10};
  private static final Offset<Double> ROUNDING = within(1e-12);

  /** Layer 0 is dense; 1 and 2 have four experts. */
  private final LoadTracker tracker = new LoadTracker(Samples.model());

  private ExpertLoad load() {
    return tracker.load().orElseThrow();
  }

  @Test
  void shouldWaitForEveryMoeLayer() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(1, EVEN);

    // When
    boolean early = tracker.load().isPresent();
    tracker.add(2, EVEN);

    // Then
    assertThat(early).isFalse();
    assertThat(tracker.load()).contains(ExpertLoad.uniform(Samples.model()));
  }

  @Test
  void shouldSmoothSmallChanges() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    tracker.add(1, new double[] {14, 6, 10, 10});

    // Then
    assertThat(load().share(1, 0)).isCloseTo(0.25 + 0.4 * 0.1, ROUNDING);
    assertThat(load().share(1, 1)).isCloseTo(0.25 - 0.4 * 0.1, ROUNDING);
    assertThat(load().share(1, 2)).isCloseTo(0.25, ROUNDING);
    assertThat(load().layer(2)).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void shouldComeCloseToSteadyLoadInTenWindows() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    for (int i = 0; i < 10; i++) {
      tracker.add(1, new double[] {14, 6, 10, 10});
    }

    // Then
    assertThat(load().share(1, 0)).isCloseTo(0.35, within(0.001));
  }

  @Test
  void shouldFollowJumpAtOnce() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    tracker.add(1, new double[] {17, 10, 10, 3});

    // Then
    assertThat(load().layer(1)).containsExactly(new double[] {0.425, 0.25, 0.25, 0.075}, ROUNDING);
    assertThat(load().layer(2)).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void shouldWeighWindowsBySharesNotByTokens() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    tracker.add(1, new double[] {14e9, 6e9, 10e9, 10e9});

    // Then
    assertThat(load().share(1, 0)).isCloseTo(0.29, ROUNDING);
  }

  @Test
  void shouldFillUpExpertsThatGotNothing() {
    // Given
    tracker.add(2, EVEN);

    // When
    tracker.add(1, new double[] {0, 3});

    // Then
    assertThat(load().layer(1)).containsExactly(0, 1, 0, 0);
  }

  static Stream<double[]> unusable() {
    return Stream.of(
        new double[] {},
        new double[] {0, 0, 0, 0},
        new double[] {1, 1, 1, 1, 1},
        new double[] {1, Double.NaN, 1, 1},
        new double[] {9, -1, 1, 1},
        new double[] {-1, -1, -1, -1},
        new double[] {1, Double.POSITIVE_INFINITY, 1, 1},
        new double[] {Double.MAX_VALUE, Double.MAX_VALUE, 0, 0});
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void shouldIgnoreUnusableWindow(double[] tokens) {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    tracker.add(1, tokens);

    // Then
    assertThat(load()).isEqualTo(ExpertLoad.uniform(Samples.model()));
  }

  @Test
  void shouldIgnoreLayersThatAreNotMoe() {
    // Given
    tracker.add(1, EVEN);
    tracker.add(2, EVEN);

    // When
    for (int layer : new int[] {-1, 0, 3, Integer.MAX_VALUE}) {
      tracker.add(layer, new double[] {1});
    }

    // Then
    assertThat(load()).isEqualTo(ExpertLoad.uniform(Samples.model()));
  }

  @Test
  void shouldHaveNoLoadForDenseModel() {
    // Given
    LoadTracker dense = new LoadTracker(Samples.model(List.of(Samples.dense(0))));

    // When
    dense.add(0, EVEN);

    // Then
    assertThat(dense.load()).isEmpty();
  }
}
