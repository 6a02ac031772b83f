package dev.hejin.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleRecordsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-a",
        "a-",
        "A",
        "a.b",
        "a/b",
        "a\n",
        "ä",
        "a234567890123456789012345678901234567890123456789012345678901234"
      })
  void shouldRefuseName(String name) {
    // When, then
    assertThatThrownBy(() -> SampleDeployments.spec(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name '" + name + "'\nMaybe use 1 to 63 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "a-b",
        "a--b",
        "a23456789012345678901234567890123456789012345678901234567890123"
      })
  void shouldTakeName(String name) {
    // When
    DeploymentSpec spec = SampleDeployments.spec(name);

    // Then
    assertThat(spec.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseGainThreshold(double threshold) {
    // When, then
    assertThatThrownBy(() -> SampleDeployments.spec("d", threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rebalance.gain_threshold is " + threshold);
  }

  @Test
  void shouldRefuseModelThatIsNamedTwiceOrNotAtAll() {
    // When, then
    assertThatThrownBy(() -> new ModelReference("m", "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("catalog_name ('') and config_json (0 characters)");
    assertThatThrownBy(() -> new ModelReference("m", "mixtral-8x7b", "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("catalog_name ('mixtral-8x7b') and config_json (2 characters)");
  }
}
