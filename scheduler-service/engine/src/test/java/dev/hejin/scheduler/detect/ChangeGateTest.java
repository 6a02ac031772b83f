package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeGateTest {
  private final ChangeGate gate = new ChangeGate();

  @Test
  void shouldOpenWhenSmallShortfallLasts() {
    // When, then
    assertThat(gate.opens(95, 100, 0.97)).isFalse();
    assertThat(gate.opens(95, 100, 0.97)).isTrue();
  }

  @Test
  void shouldOpenAtOnceForLargeShortfall() {
    // When, then
    assertThat(gate.opens(80, 100, 0.97)).isTrue();
  }

  @Test
  void shouldForgetShortfallThatDoesNotLast() {
    // Given
    gate.opens(95, 100, 0.97);
    gate.opens(99, 100, 0.97);

    // When, then
    assertThat(gate.opens(95, 100, 0.97)).isFalse();
    gate.reset();
    assertThat(gate.opens(95, 100, 0.97)).isFalse();
  }

  @Test
  void shouldStayShutUnderNoise() {
    // Given: noise of 1 % around what was promised.
    Random random = new Random(1);
    int opened = 0;

    // When
    for (int i = 0; i < 100_000; i++) {
      opened += gate.opens(100 + random.nextGaussian(), 100, 0.97) ? 1 : 0;
    }

    // Then
    assertThat(opened).isLessThan(3);
  }
}
