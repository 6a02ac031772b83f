package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  @Test
  void shouldNotWaitForAnswers() throws InterruptedException {
    // Given
    int begun = 20;
    CountDownLatch all = new CountDownLatch(begun);
    AtomicInteger together = new AtomicInteger();
    Runnable stuck =
        () -> {
          all.countDown();
          try {
            // Each call is answered only when all others have begun.
            together.addAndGet(all.await(20, TimeUnit.SECONDS) ? 1 : 0);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };

    // When
    OpenLoop.Run run = new OpenLoop(Map.of("stuck", stuck), Map.of("stuck", 1.0), 1).run(200, 0.5);

    // Then
    assertThat(run.made()).isGreaterThan(begun);
    assertThat(together.get()).isEqualTo((int) run.made());
  }

  @Test
  void shouldMakeTheSameCallsForTheSameSeed() throws InterruptedException {
    // When
    long[] first = counts(7);
    long[] again = counts(7);
    long[] other = counts(8);

    // Then
    assertThat(first).isEqualTo(again).isNotEqualTo(other);
    assertThat(first[0]).isGreaterThan(first[1]);
  }

  private static long[] counts(long seed) throws InterruptedException {
    Map<String, Runnable> calls = Map.of("often", () -> {}, "seldom", () -> {});
    OpenLoop.Run run =
        new OpenLoop(calls, Map.of("often", 9.0, "seldom", 1.0), seed).run(2000, 0.2);
    return new long[] {count(run, "often"), count(run, "seldom")};
  }

  private static long count(OpenLoop.Run run, String name) {
    CallOutcomes outcomes = run.outcomes().get(name);
    return outcomes == null ? -1 : outcomes.latencies().count();
  }

  @Test
  void shouldCountTheTimeFromTheMomentAtWhichACallWasDue() {
    // Given
    CallOutcomes outcomes = new CallOutcomes();

    // When
    outcomes.make(() -> {}, System.nanoTime() - 3_000_000_000L);

    // Then
    assertThat(outcomes.latencies().percentileMillis(50)).isGreaterThanOrEqualTo(2_990);
  }

  @Test
  void shouldTellLimitsFromFailures() {
    // Given
    CallOutcomes outcomes = new CallOutcomes();

    // When
    fail(outcomes, Status.RESOURCE_EXHAUSTED.withDescription("full"));
    fail(outcomes, Status.UNAVAILABLE.withDescription("gone"));

    // Then
    assertThat(outcomes.refused()).isEqualTo(1);
    assertThat(outcomes.failures()).containsExactly(Map.entry("UNAVAILABLE", 1L));
    assertThat(outcomes.firstFailure()).isEqualTo("RESOURCE_EXHAUSTED: full");
    assertThat(outcomes.latencies().count()).isZero();
  }

  private static void fail(CallOutcomes outcomes, Status status) {
    outcomes.make(
        () -> {
          throw status.asRuntimeException();
        },
        System.nanoTime());
  }

  @Test
  void shouldRefuseWeightsOfOtherCalls() {
    assertThatThrownBy(() -> new OpenLoop(Map.of("a", () -> {}), Map.of("b", 1.0), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
