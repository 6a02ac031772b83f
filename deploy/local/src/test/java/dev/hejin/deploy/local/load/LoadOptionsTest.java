package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.client.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadOptionsTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseWhatIsTooSmallOrNoNumber(double value) {
    assertThatThrownBy(() -> LoadOptions.require("--nodes", value, 1))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--nodes")
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldTakeTheLeastNumber() {
    assertThatCode(() -> LoadOptions.require("--nodes", 1, 1)).doesNotThrowAnyException();
    assertThatCode(() -> LoadOptions.require("--more", 0, 0)).doesNotThrowAnyException();
  }
}
