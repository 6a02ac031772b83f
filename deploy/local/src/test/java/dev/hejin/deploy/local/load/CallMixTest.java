package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.client.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallMixTest {
  @Test
  void shouldReadKindsAndWeights() {
    // When
    CallMix mix = CallMix.parse("reads=95, plans");

    // Then
    assertThat(mix.weight(CallMix.READS)).isEqualTo(95);
    assertThat(mix.weight(CallMix.PLANS)).isEqualTo(1);
    assertThat(CallMix.parse("reads").weight(CallMix.PLANS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "writes", "reads=0", "reads=-1", "reads=x", "reads=", "reads,reads"})
  void shouldRefuseOthers(String given) {
    assertThatThrownBy(() -> CallMix.parse(given))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--mix is '" + given + "'")
        .hasMessageContaining("Maybe");
  }
}
