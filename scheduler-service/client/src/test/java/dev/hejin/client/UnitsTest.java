package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void shouldPrintThreeDigits() {
    assertThat(Units.bytes(96L << 30)).isEqualTo("96.0 GiB");
    assertThat(Units.bytes(1023.9 * 1024 * 1024)).isEqualTo("1.00 GiB");
    assertThat(Units.bytes(0)).isEqualTo("0 B");
    assertThat(Units.bytesPerSecond(4e12)).isEqualTo("4.00 TB/s");
    assertThat(Units.bytesPerSecond(999.9e9)).isEqualTo("1.00 TB/s");
    assertThat(Units.opsPerSecond(148e12)).isEqualTo("148 TFLOPS");
    assertThat(Units.seconds(0.01234)).isEqualTo("12.3 ms");
    assertThat(Units.seconds(90)).isEqualTo("90.0 s");
    assertThat(Units.parameters(1.04e12)).isEqualTo("1.04 T");
    assertThat(Units.tokensPerSecond(12345.6)).isEqualTo("12,346 tokens/s");
    assertThat(Units.percent(0.9421)).isEqualTo("94.2 %");
  }

  @Test
  void shouldSayUnknownRatherThanZero() {
    assertThat(Units.seconds(Double.NaN)).isEqualTo("unknown");
    assertThat(Units.percent(Double.NaN)).isEqualTo("unknown");
    assertThat(Units.count(Double.POSITIVE_INFINITY)).isEqualTo("unknown");
  }
}
