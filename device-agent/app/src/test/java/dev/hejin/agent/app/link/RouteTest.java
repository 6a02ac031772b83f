package dev.hejin.agent.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTest {
  private static final Optional<String> NOBODY = Optional.empty();

  private final Route route = new Route(List.of("a:1", "b:2", "c:3"));

  @Test
  void shouldGoRoundTheListAndWaitAfterARound() {
    // When, then
    assertThat(route.target()).isEqualTo("a:1");
    assertThat(route.failed(NOBODY)).isFalse();
    assertThat(route.target()).isEqualTo("b:2");
    assertThat(route.failed(NOBODY)).isFalse();
    assertThat(route.target()).isEqualTo("c:3");
    assertThat(route.failed(NOBODY)).isTrue();
    assertThat(route.target()).isEqualTo("a:1");
  }

  @Test
  void shouldFollowTheLeaderThatItIsTold() {
    // When
    boolean wait = route.failed(Optional.of("x:9"));

    // Then
    assertThat(wait).isFalse();
    assertThat(route.target()).isEqualTo("x:9");
    assertThat(route.failed(NOBODY)).isFalse();
    assertThat(route.target()).isEqualTo("b:2");
  }

  @Test
  void shouldNotBeSentRoundInCirclesWithoutWaiting() {
    // Given: two schedulers that each name the other.
    int waits = 0;

    // When
    for (int i = 0; i < 30; i++) {
      String other = route.target().equals("a:1") ? "b:2" : "a:1";
      waits += route.failed(Optional.of(other)) ? 1 : 0;
    }

    // Then
    assertThat(waits).isGreaterThan(2);
  }

  @Test
  void shouldWaitEachTimeWhenThereIsOneAlone() {
    // Given
    Route alone = new Route(List.of("a:1"));

    // When, then
    assertThat(alone.failed(NOBODY)).isTrue();
    assertThat(alone.failed(Optional.of("a:1"))).isTrue();
    assertThat(alone.target()).isEqualTo("a:1");
  }
}
