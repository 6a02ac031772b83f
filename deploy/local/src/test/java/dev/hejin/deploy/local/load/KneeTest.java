package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KneeTest {
  private static final LiveStep FIRST = step(10, method(500, 4, 0, Map.of()));

  @Test
  void shouldFindNothingBelowTwiceTheFirst() {
    assertThat(Knee.broken(List.of(FIRST), step(20, method(500, 7.9, 0, Map.of())))).isEmpty();
  }

  @Test
  void shouldFindADoubledPercentile() {
    // When
    List<String> broken = Knee.broken(List.of(FIRST), step(20, method(500, 8, 0, Map.of())));

    // Then
    assertThat(broken).containsExactly("p99 of GetNode is 8.0 ms, 4.0 ms at 10 calls/s");
  }

  @Test
  void shouldCompareWithTheLowestRateThatHasEnoughAnswers() {
    // Given
    LiveStep few = step(5, method(40, 1, 0, Map.of()));

    // Then
    assertThat(Knee.broken(List.of(few), step(20, method(500, 8, 0, Map.of())))).isEmpty();
    assertThat(Knee.broken(List.of(few, FIRST), step(20, method(500, 8, 0, Map.of())))).hasSize(1);
  }

  @Test
  void shouldNotTakeTheLargestOfAFewForAPercentile() {
    // Given
    LiveStep few = step(20, method(99, 80, 0, Map.of()));

    // Then
    assertThat(Knee.broken(List.of(FIRST), few)).isEmpty();
    assertThat(Knee.caveats(few)).singleElement().asString().contains("only 99 answers");
  }

  @Test
  void shouldTellALimitFromAFailure() {
    // Given
    LiveStep refused = step(20, method(500, 4, 200, Map.of()));
    LiveStep failed = step(20, method(500, 4, 0, Map.of("UNAVAILABLE", 5L)));

    // Then
    assertThat(Knee.broken(List.of(FIRST), refused)).isEmpty();
    assertThat(Knee.caveats(refused)).singleElement().asString().contains("turned away by a limit");
    assertThat(Knee.broken(List.of(FIRST), failed))
        .containsExactly("5 of 505 calls of GetNode failed: {UNAVAILABLE=5}");
  }

  @Test
  void shouldNameAnEndedProcessBeforeAllElse() {
    // Given
    LiveStep ended =
        new LiveStep(
            20,
            20,
            0,
            Map.of("GetNode", method(500, 80, 0, Map.of())),
            11.0,
            2L,
            null,
            Map.of(),
            List.of("scheduler"));

    // Then
    assertThat(Knee.broken(List.of(FIRST), ended)).hasSize(4).first().isEqualTo("ended: scheduler");
  }

  @Test
  void shouldWarnOfASourceThatIsLate() {
    // Given
    LiveStep late =
        new LiveStep(
            20,
            20,
            21,
            Map.of("GetNode", method(500, 4, 0, Map.of())),
            null,
            null,
            null,
            Map.of(),
            List.of());

    // Then
    assertThat(Knee.caveats(late)).singleElement().asString().contains("itself 21 ms late");
  }

  static LiveStep step(double rate, LiveStep.Method method) {
    return step(rate, method, null);
  }

  static LiveStep step(double rate, LiveStep.Method method, @Nullable HeapLog heap) {
    return new LiveStep(
        rate, rate, 0, Map.of("GetNode", method), null, null, heap, Map.of(), List.of());
  }

  static LiveStep.Method method(
      long answered, double p99Millis, long refused, Map<String, Long> failures) {
    return new LiveStep.Method(answered, 1, p99Millis, p99Millis, refused, failures, "first <one>");
  }
}
