package dev.hejin.lab.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleRunTest {

  @ParameterizedTest
  @CsvSource({"4, 8, 1, 2", "8, 20, 1, 2", "16, 64, 1.3, 2.9", "2, 3, 1, 1"})
  void shouldHaveTheBubbleOf1F1B(int ranks, int microbatches, double forward, double backward) {
    // Given
    Times times = new Times(forward, backward, backward / 2, forward + backward);

    // When
    ScheduleRun run = ScheduleRun.oneForwardOneBackward(ranks, microbatches, times);

    // Then: (PP - 1)(F + B), the formula in DualPipe's README
    for (int rank = 0; rank < ranks; rank++) {
      assertThat(run.bubbleSeconds(rank))
          .isCloseTo((ranks - 1) * (forward + backward), within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 12, 3", "8, 20, 3", "8, 20, 2.7", "16, 64, 2.6", "16, 40, 3"})
  void shouldHaveTheBubbleOfDualPipe(int ranks, int microbatches, double pair) {
    // Given: F 1, B 2, W 1
    Times times = new Times(1, 2, 1, pair);

    // When
    ScheduleRun run = ScheduleRun.dualPipe(ranks, microbatches, times);

    // Then: (PP/2 - 1)(F&B + B - 3W) by the same README, which is that of the ranks in the middle;
    // where pairs gain by overlap, outer ranks have fewer of them and so work longer
    double formula = (ranks / 2.0 - 1) * (pair + 2 - 3);
    assertThat(run.bubbleSeconds(ranks / 2 - 1)).isCloseTo(formula, within(1e-9));
    for (int rank = 0; rank < ranks; rank++) {
      double bubble = run.bubbleSeconds(rank);
      assertThat(bubble).isLessThan(formula + 1e-9);
      if (pair == 3) {
        assertThat(bubble).isCloseTo(formula, within(1e-9));
      }
    }
  }

  @Test
  void shouldRefuseWhatDualPipeCanNotDo() {
    assertThatThrownBy(() -> ScheduleRun.dualPipe(7, 20, new Times(1, 2, 1, 3)))
        .hasMessageContaining("Maybe 8 and 20");
  }
}
