package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HeartbeatDetectorTest {
  private static final double THRESHOLD = 10;

  private final HeartbeatDetector detector = new HeartbeatDetector(1000, 500, 0);

  @Test
  void shouldBeNormalTail() {
    // Given: mean 1000 ms, deviation 500 ms; the normal tail beyond two deviations is 0.02275.

    // When
    double phi = detector.phi(2000);

    // Then
    assertThat(phi).isCloseTo(-Math.log10(0.02275), within(0.02));
    assertThat(detector.phi(1000)).isCloseTo(Math.log10(2), within(1e-9));
    assertThat(detector.phi(0)).isLessThan(0.02);
  }

  @Test
  void shouldSuspectMoreAndMore() {
    // When, then
    double before = -1;
    for (long now = 0; now < 100_000; now += 100) {
      double phi = detector.phi(now);
      assertThat(phi).isFinite().isGreaterThanOrEqualTo(before);
      before = phi;
    }
  }

  @Test
  void shouldGiveNodeThatJittersMoreTime() {
    // Given
    HeartbeatDetector jittery = new HeartbeatDetector(1000, 500, 0);
    long now = 0;
    for (int i = 1; i <= 64; i++) {
      detector.heartbeat(1000L * i);
      now += i % 2 == 0 ? 100 : 1900;
      jittery.heartbeat(now);
    }

    // When
    long silent = 4_500;

    // Then
    assertThat(detector.phi(64_000 + silent)).isGreaterThan(THRESHOLD);
    assertThat(jittery.phi(64_000 + silent)).isLessThan(THRESHOLD);
    assertThat(jittery.phi(64_000 + 2 * silent)).isGreaterThan(THRESHOLD);
  }

  @Test
  void shouldNotSuspectWhatTheObserverCouldNotSee() {
    // Given
    detector.heartbeat(1000);

    // When
    detector.forgive(60_000);

    // Then
    assertThat(detector.phi(62_000)).isLessThan(1);
    assertThat(detector.phi(66_000)).isGreaterThan(THRESHOLD);
  }

  @Test
  void shouldNotRaiseFalseAlarmsUnderNoise() {
    // Given
    Random random = new Random(4);
    long now = 0;
    double worst = 0;

    // When
    for (int i = 0; i < 100_000; i++) {
      now += 1000 + (long) Math.abs(random.nextGaussian() * 300);
      worst = Math.max(worst, detector.phi(now));
      detector.heartbeat(now);
    }

    // Then
    assertThat(worst).isLessThan(THRESHOLD);
  }

  @Test
  void shouldNameEvidence() {
    // Given
    detector.heartbeat(1000);

    // When, then
    assertThat(detector.evidence(5500))
        .isEqualTo("no heartbeat for 4500 ms, phi 11.9: mean 1000 ms, deviation 500 ms over 2");
  }

  @Test
  void shouldRefuseNonsense() {
    // When, then
    assertThatThrownBy(() -> new HeartbeatDetector(0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heartbeats every 0 ms")
        .hasMessageContaining("\nMaybe ");
  }
}
