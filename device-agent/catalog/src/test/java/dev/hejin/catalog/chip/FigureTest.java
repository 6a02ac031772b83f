package dev.hejin.catalog.chip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.chip.PrecisionFacts.Support;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FigureTest {

  @Test
  void shouldRefuseToReadAnUnknownFigure() {
    assertThat(Figure.UNKNOWN.isKnown()).isFalse();
    assertThat(Figure.UNKNOWN.known()).isEmpty();
    assertThat(Figure.UNKNOWN.orElse(7)).isEqualTo(7);
    assertThatThrownBy(Figure.UNKNOWN::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Maybe check isKnown()");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.POSITIVE_INFINITY})
  void shouldRefuseValuesThatAreNotAboveZero(double value) {
    assertThatThrownBy(() -> Figure.ofOperator(value, Unit.BYTES, "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldRefuseARateWithoutSupport() {
    Figure rate = Figure.ofOperator(1, Unit.OPERATIONS_PER_SECOND, "test");
    assertThatThrownBy(() -> new PrecisionFacts(Support.NO, rate))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
