package dev.hejin.scheduler.cost.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.calibration.Calibration;
import org.junit.jupiter.api.Test;

class ExpertKernelTest {
  private static final KernelDevice DEVICE =
      new KernelDevice("test", 3350e9, 989e12, 1978e12, 1978e12, 50e6);
  private static final ExpertLayer WHOLE = layer(1);

  private final ExpertKernel kernel = new ExpertKernel(Calibration.shipped().kernel());

  private static ExpertLayer layer(int expertParallel) {
    return new ExpertLayer(4096, 1536, 8, 128, 1, 1, 1, expertParallel);
  }

  private double seconds(ExpertLayer layer, int tokens, double exponent) {
    return kernel.seconds(
        DEVICE, ExpertFormat.FP8, layer, tokens, ExpertTokens.of(layer, tokens, exponent));
  }

  @Test
  void shouldReadEachExpertOnceWhenTokensAreFew() {
    // Given: 128 experts of 18.9 MB in 8 bits, all touched by 16 tokens x 8.
    double bytes = 128 * 3.0 * 4096 * 1536;

    // When
    double few = seconds(WHOLE, 16, 0);
    double more = seconds(WHOLE, 64, 0);

    // Then: neither below the time of reading, nor much longer for four times the tokens.
    assertThat(few).isGreaterThan(bytes / DEVICE.memoryBytesPerSecond());
    assertThat(more).isGreaterThan(few).isLessThan(few * 1.2);
  }

  @Test
  void shouldGrowWithTokensWhenTheyAreMany() {
    // When
    double many = seconds(WHOLE, 16_384, 0);
    double twice = seconds(WHOLE, 32_768, 0);

    // Then
    assertThat(twice / many).isCloseTo(2, within(0.15));
  }

  @Test
  void shouldFeelSkewMoreWithMoreDevices() {
    // When
    double alone = seconds(WHOLE, 8192, 1.2) / seconds(WHOLE, 8192, 0);
    double spread = seconds(layer(32), 8192, 1.2) / seconds(layer(32), 8192, 0);

    // Then
    assertThat(spread).isGreaterThan(alone * 1.5);
  }

  @Test
  void shouldGiveEveryTokenAway() {
    // When
    TokenHistogram spread = ExpertTokens.of(WHOLE, 1000, 1.01).getFirst();

    // Then
    assertThat(spread.assignments()).isCloseTo(8000, within(1e-6));
    assertThat(spread.touched()).isLessThanOrEqualTo(128);
  }

  @Test
  void shouldReachOnlyTheFirstGroupsWhenScoresAreEqual() {
    // Given: DeepSeek-V3 routes to 4 of 8 groups.
    ExpertLayer grouped = new ExpertLayer(7168, 2048, 8, 256, 8, 4, 1, 1);

    // When
    TokenHistogram limited = ExpertTokens.of(grouped, 4096, 0).get(1);

    // Then
    assertThat(limited.touched()).isCloseTo(128, within(1e-9));
    assertThat(limited.assignments()).isCloseTo(4096 * 8, within(1e-6));
  }

  @Test
  void shouldRefuseMoreDevicesThanExperts() {
    // When, then
    assertThatThrownBy(() -> layer(256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128 experts")
        .hasMessageContaining("Maybe");
  }
}
