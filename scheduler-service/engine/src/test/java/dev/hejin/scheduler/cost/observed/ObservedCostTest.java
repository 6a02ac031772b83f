package dev.hejin.scheduler.cost.observed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.observed.ObservedCost.DeviceScale;
import dev.hejin.scheduler.cost.observed.ObservedCost.Sample;
import dev.hejin.scheduler.model.PhaseScale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ObservedCostTest {
  private static final String TYPE = "NVIDIA H20";

  private final ObservedCost cost = new ObservedCost();
  private long window;

  private void windows(String device, int count, double attention, double experts) {
    for (int i = 0; i < count; i++) {
      cost.add(new Sample(device, TYPE, ++window, attention, experts, 1e-3, 1e-3));
    }
  }

  @Test
  void shouldKnowNothingBeforeThereAreEnoughWindows() {
    // Given
    windows("a", RobustScale.FEWEST - 1, 1.3e-3, 0.9e-3);

    // When / Then
    assertThat(cost.of("a").isKnown()).isFalse();
    assertThat(cost.of("b")).isEqualTo(DeviceScale.UNKNOWN);
    assertThat(cost.believe()).isFalse();
    assertThat(cost.believed()).isEmpty();
  }

  @Test
  void shouldTellPhasesApart() {
    // When
    windows("a", 10, 1.3e-3, 0.9e-3);

    // Then
    DeviceScale scale = cost.of("a");
    assertThat(scale.attention()).isCloseTo(1.3, within(1e-9));
    assertThat(scale.experts()).isCloseTo(0.9, within(1e-9));
    assertThat(scale.windows()).isEqualTo(10);
    assertThat(cost.believe()).isTrue();
    assertThat(cost.believed()).containsOnlyKeys(TYPE);
    assertThat(cost.believed().getOrDefault(TYPE, PhaseScale.NONE).attention())
        .isCloseTo(1.3, within(1e-9));
  }

  @Test
  void shouldNotFollowOddWindows() {
    // Given a third of the windows 50 times too long
    SplittableRandom random = new SplittableRandom(7);

    // When
    for (int i = 0; i < 30; i++) {
      double noise = 1 + 0.04 * (random.nextDouble() - 0.5);
      double odd = i % 3 == 0 ? 50 : 1;
      windows("a", 1, 1.2e-3 * noise * odd, 1.2e-3 * noise);
    }

    // Then
    assertThat(cost.of("a").attention()).isBetween(1.19, 1.26);
    assertThat(cost.of("a").isKnown()).isTrue();
  }

  @Test
  void shouldForget() {
    // Given
    windows("a", 40, 1.3e-3, 1e-3);

    // When the device changes for good
    windows("a", RobustScale.WINDOWS, 0.8e-3, 1e-3);

    // Then
    assertThat(cost.of("a").attention()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void shouldNotBelieveWhatScatters() {
    // Given
    SplittableRandom random = new SplittableRandom(3);

    // When
    for (int i = 0; i < 12; i++) {
      windows("a", 1, 1e-3 * Math.exp(2 * random.nextDouble() - 1), 1e-3);
    }

    // Then
    assertThat(cost.of("a").isKnown()).isFalse();
    assertThat(cost.believe()).isFalse();
  }

  @Test
  void shouldCountAWindowOnceAndIgnoreNonsense() {
    // When
    for (int i = 0; i < 20; i++) {
      cost.add(new Sample("a", TYPE, 5, 1.3e-3, 1e-3, 1e-3, 1e-3));
    }
    cost.add(new Sample("a", TYPE, 6, Double.NaN, -1, 1e-3, 0));

    // Then
    assertThat(cost.of("a").windows()).isEqualTo(1);
    assertThat(cost.of("a").isKnown()).isFalse();
  }

  @Test
  void shouldTakeTheMedianOfATypeOnceMostOfItIsKnown() {
    // Given
    windows("a", 10, 1.3e-3, 1e-3);
    windows("b", 2, 1.1e-3, 1e-3);

    // When / Then one of two is not most
    assertThat(cost.believe()).isFalse();
    windows("b", 8, 1.1e-3, 1e-3);
    windows("c", 10, 9e-3, 1e-3);
    assertThat(cost.believe()).isTrue();
    PhaseScale scale = cost.believed().getOrDefault(TYPE, PhaseScale.NONE);
    assertThat(scale.attention()).isCloseTo(1.3, within(1e-9));
    assertThat(scale.experts()).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldNotFollowSmallChanges() {
    // Given
    windows("a", 32, 1.3e-3, 1e-3);
    assertThat(cost.believe()).isTrue();

    // When
    windows("a", 32, 1.33e-3, 1.02e-3);

    // Then
    assertThat(cost.believe()).isFalse();
    assertThat(cost.believed().getOrDefault(TYPE, PhaseScale.NONE).attention())
        .isCloseTo(1.3, within(1e-9));
  }

  @Test
  void shouldForgetEverythingAndStartAgainWhenTheTypeChanges() {
    // Given
    windows("a", 10, 1.3e-3, 1e-3);

    // When
    cost.add(new Sample("a", "Ascend 910B", ++window, 1e-3, 1e-3, 1e-3, 1e-3));

    // Then
    assertThat(cost.of("a").windows()).isEqualTo(1);
    cost.clear();
    assertThat(cost.of("a")).isEqualTo(DeviceScale.UNKNOWN);
    assertThatThrownBy(() -> new PhaseScale(0, 1)).hasMessageContaining("Maybe");
    assertThat(Map.copyOf(cost.believed())).isEmpty();
  }
}
