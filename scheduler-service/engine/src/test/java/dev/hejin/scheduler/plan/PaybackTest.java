package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaybackTest {
  private static final Payback.Terms TERMS = new Payback.Terms(600, 1e9, 0.1);

  @Test
  void shouldReckonGainAgainstCost() {
    // When
    Payback payback = Payback.of(TERMS, 1000, 1010, 0.05, 10_000_000_000L);

    // Then
    assertThat(payback).isEqualTo(new Payback(5900, 1000, 10, 200));
    assertThat(payback.isWorthwhile()).isTrue();
  }

  @Test
  void shouldNotMoveMuchForLittle() {
    // When, then
    assertThat(Payback.of(TERMS, 1000, 1010, 0.05, 80_000_000_000L).isWorthwhile()).isFalse();
    assertThat(Payback.of(TERMS, 1000, 1000, 0.05, 1).isWorthwhile()).isFalse();
    assertThat(Payback.of(TERMS, 1000, 2000, 0.05, 700_000_000_000L).isWorthwhile())
        .as("it would last longer than the horizon")
        .isFalse();
  }

  @Test
  void shouldRefuseNonsense() {
    // When, then
    assertThatThrownBy(() -> new Payback.Terms(0, 1, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\nMaybe ");
  }
}
