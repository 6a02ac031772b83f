package dev.hejin.scheduler.cost.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TextClumpingTest {
  @Test
  void shouldCountPromptsAsTextsOfManyTokens() {
    // Given 1,024 sequences that decode; each 256 tokens a prompt of 512 is read: 4 prompts
    double tokens = 1024 + 4 * 512;
    double squares = 1024 + 4 * 512.0 * 512;

    // When
    double clumping = TextClumping.of(1024, 512, 256);

    // Then
    double expected = 3.59 * 3.59 * (squares / tokens / tokens + 1.0 / 1400);
    assertThat(clumping).isCloseTo(expected, within(1e-12));
  }

  @Test
  void shouldTakePromptsForTwiceTheirAnswersWhereOnlyTheContextIsKnown() {
    // Given / When / Then a prompt of 512 and half of an answer of 256
    assertThat(TextClumping.of(1024, 640))
        .isCloseTo(TextClumping.of(1024, 512, 256), within(1e-12));
  }

  @Test
  void shouldCountChunksWhereAMicrobatchHasLessThanOnePrompt() {
    // Given 64 sequences: each 256 tokens a prompt of 512 is read, so 128 tokens of one at a time
    double squares = 64 + 128.0 * 128;

    // When
    double clumping = TextClumping.of(64, 512, 256);

    // Then
    double expected = 3.59 * 3.59 * (squares / 192 / 192 + 1.0 / 1400);
    assertThat(clumping).isCloseTo(expected, within(1e-12));
  }

  @Test
  void shouldCountPromptsAloneAsSoManyTexts() {
    // Given / When / Then
    assertThat(TextClumping.ofTexts(32))
        .isCloseTo(3.59 * 3.59 * (1 / 32.0 + 1.0 / 1400), within(1e-12));
    assertThat(TextClumping.ofTexts(0.5)).isEqualTo(TextClumping.ofTexts(1));
  }

  @Test
  void shouldNotFallUnderWhatTextsOfOneServiceHaveInCommon() {
    // Given / When / Then
    double many = TextClumping.of(1e9, 640);
    assertThat(many).isCloseTo(3.59 * 3.59 / 1400, within(1e-5));
    assertThat(TextClumping.of(64, 640)).isGreaterThan(TextClumping.of(4096, 640));
  }
}
