package dev.hejin.agent.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), new Random(1));

  @Test
  void shouldDoubleUpToTheLast() {
    assertThat(backoff.nextWait().toMillis()).isBetween(100L, 130L);
    assertThat(backoff.nextWait().toMillis()).isBetween(200L, 260L);
    assertThat(backoff.nextWait().toMillis()).isBetween(350L, 455L);
    assertThat(backoff.nextWait().toMillis()).isBetween(350L, 455L);
  }

  @Test
  void shouldBeginAgainAfterSuccess() {
    // Given
    backoff.nextWait();
    backoff.nextWait();

    // When
    backoff.reset();

    // Then
    assertThat(backoff.nextWait().toMillis()).isBetween(100L, 130L);
  }
}
