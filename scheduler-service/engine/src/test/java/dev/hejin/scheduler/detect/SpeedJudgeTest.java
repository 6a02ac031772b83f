package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.detect.SpeedJudge.Judgement;
import dev.hejin.scheduler.detect.SpeedJudge.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedJudgeTest {
  private static final double TOLERANCE = 0.06;
  private static final double NOMINAL_SECONDS = 0.02;

  private final SpeedJudge judge = new SpeedJudge(TOLERANCE);
  private final TreeMap<String, Double> known = new TreeMap<>();
  private long windowEnd = 1000;

  private Sample sample(String device, String peers, double speed) {
    return new Sample(
        device,
        peers,
        windowEnd,
        NOMINAL_SECONDS / speed,
        NOMINAL_SECONDS,
        known.getOrDefault(device, 1.0));
  }

  /** The next window of devices a, b, c and so on, all of one type. */
  private List<Judgement> window(double... speeds) {
    windowEnd += 1000;
    return sameWindow(speeds);
  }

  private List<Judgement> sameWindow(double... speeds) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < speeds.length; i++) {
      samples.add(sample(String.valueOf((char) ('a' + i)), "H20", speeds[i]));
    }
    List<Judgement> judgements = judge.judge(samples);
    judgements.forEach(j -> known.put(j.deviceId(), j.factor()));
    return judgements;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
  void shouldRefuseTolerance(double tolerance) {
    // When, then
    assertThatThrownBy(() -> new SpeedJudge(tolerance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("speed tolerance is " + tolerance + "\nMaybe ");
  }

  @Test
  void shouldFindSlowDeviceInSecondWindow() {
    // Given
    List<Judgement> first = window(1, 1, 1, 0.62);

    // When
    List<Judgement> second = window(1, 1, 1, 0.62);

    // Then
    assertThat(first).isEmpty();
    assertThat(second).singleElement().satisfies(j -> assertThat(j.deviceId()).isEqualTo("d"));
    assertThat(second.getFirst().factor()).isCloseTo(0.62, within(1e-9));
    assertThat(second.getFirst().evidence())
        .isEqualTo("32.258 ms for work of 20.000 ms at nominal speed, in 2 windows; peers: H20");
  }

  @Test
  void shouldFindSlowHalfWithoutEarlierWindows() {
    // Given
    window(1, 0.7, 1, 0.7);

    // When
    List<Judgement> second = window(1, 0.7, 1, 0.7);

    // Then
    assertThat(second).extracting(Judgement::deviceId).containsExactly("b", "d");
    assertThat(second).allSatisfy(j -> assertThat(j.factor()).isCloseTo(0.7, within(1e-9)));
    assertThat(second.getFirst().evidence()).contains("; 2 of 4 are slower than the rest: ");
  }

  @Test
  void shouldFindSlowMajorityByEarlierWindows() {
    // Given
    window(1, 1, 1, 1, 1);
    window(0.7, 0.7, 0.7, 1, 1);

    // When
    List<Judgement> second = window(0.7, 0.7, 0.7, 1, 1);

    // Then
    assertThat(second).extracting(Judgement::deviceId).containsExactly("a", "b", "c");
    assertThat(second).allSatisfy(j -> assertThat(j.factor()).isCloseTo(0.7, within(1e-9)));
  }

  @Test
  void shouldBelieveRecoveryOfHalfAtOnce() {
    // Given
    known.put("a", 0.6);
    known.put("b", 0.6);
    window(0.6, 0.6, 1, 1);
    window(1, 1, 1, 1);

    // When
    List<Judgement> second = window(1, 1, 1, 1);

    // Then
    assertThat(second).extracting(Judgement::deviceId).containsExactly("a", "b");
    assertThat(second).allSatisfy(j -> assertThat(j.factor()).isCloseTo(1, within(1e-9)));
  }

  @Test
  void shouldAverageWindowsThatAgree() {
    // Given
    window(1, 1, 1, 0.60);

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.62);

    // Then
    assertThat(judgements)
        .singleElement()
        .satisfies(j -> assertThat(j.factor()).isCloseTo(0.61, within(1e-9)));
  }

  @Test
  void shouldIgnoreSingleOddWindow() {
    // Given
    window(1, 1, 1, 0.5);
    window(1, 1, 1, 1);

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.5);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldIgnoreOddWindowsThatDisagree() {
    // Given
    window(1, 1, 1, 0.5);
    List<Judgement> disagreeing = window(1, 1, 1, 0.8);

    // When
    List<Judgement> agreeing = window(1, 1, 1, 0.8);

    // Then
    assertThat(disagreeing).isEmpty();
    assertThat(agreeing)
        .singleElement()
        .satisfies(j -> assertThat(j.factor()).isCloseTo(0.8, within(1e-9)));
  }

  @Test
  void shouldNotCountWindowThatIsShownAgain() {
    // Given
    window(1, 1, 1, 0.5);

    // When
    List<Judgement> judgements = sameWindow(1, 1, 1, 0.5);

    // Then
    assertThat(judgements).isEmpty();
    assertThat(window(1, 1, 1, 0.5)).hasSize(1);
  }

  @Test
  void shouldNotCountOddWindowsWithSilenceBetweenThem() {
    // Given
    window(1, 1, 1, 0.5);
    window(1, 1, 1);

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.5);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldKeepSuspicionWhileOtherPeersAreJudged() {
    // Given
    window(1, 1, 1, 0.5);
    judge.judge(List.of(sample("x", "910B", 1), sample("y", "910B", 1), sample("z", "910B", 1)));

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.5);

    // Then
    assertThat(judgements).extracting(Judgement::deviceId).containsExactly("d");
  }

  @Test
  void shouldCancelOutWhatIsSlowForAWholeType() {
    // Given
    window(0.7, 0.7, 0.7, 0.7);

    // When
    List<Judgement> judgements = window(0.7, 0.7, 0.7, 0.7);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldFindSlowDeviceOfTypeThatIsSlowAsAWhole() {
    // Given
    window(0.7, 0.7, 0.7, 0.35);

    // When
    List<Judgement> judgements = window(0.7, 0.7, 0.7, 0.35);

    // Then
    assertThat(judgements)
        .singleElement()
        .satisfies(j -> assertThat(j.factor()).isCloseTo(0.5, within(1e-9)));
  }

  @Test
  void shouldBelieveRecovery() {
    // Given
    window(1, 1, 1, 0.5);
    window(1, 1, 1, 0.5);
    window(1, 1, 1, 0.5);
    window(1, 1, 1, 1);

    // When
    List<Judgement> judgements = window(1, 1, 1, 1);

    // Then
    assertThat(judgements)
        .singleElement()
        .satisfies(j -> assertThat(j.factor()).isCloseTo(1.0, within(1e-9)));
    assertThat(known).isEqualTo(Map.of("d", judgements.getFirst().factor()));
  }

  @Test
  void shouldSayNothingAboutKnownSpeed() {
    // Given
    known.put("d", 0.5);
    window(1, 1, 1, 0.51);

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.49);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldIgnoreGroupsOfTwo() {
    // Given
    window(1, 0.5);

    // When
    List<Judgement> judgements = window(1, 0.5);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldNotCompareAcrossTypes() {
    // Given
    List<Sample> samples =
        List.of(
            sample("a", "H20", 1),
            sample("b", "H20", 1),
            sample("c", "910B", 0.5),
            sample("d", "910B", 0.5));
    judge.judge(samples);
    windowEnd += 1000;

    // When
    List<Judgement> judgements = judge.judge(samples);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldIgnoreDevicesWithoutWork() {
    // Given
    List<Sample> samples =
        List.of(
            sample("a", "H20", 1),
            sample("b", "H20", 1),
            sample("c", "H20", 1),
            new Sample("idle", "H20", windowEnd, 0, NOMINAL_SECONDS, 1),
            new Sample("unplanned", "H20", windowEnd, 0.1, 0, 1),
            new Sample("broken", "H20", windowEnd, Double.NaN, NOMINAL_SECONDS, 1),
            new Sample("stuck", "H20", windowEnd, Double.POSITIVE_INFINITY, NOMINAL_SECONDS, 1));
    judge.judge(samples);
    List<Sample> next =
        samples.stream()
            .map(
                s ->
                    new Sample(
                        s.deviceId(),
                        s.peers(),
                        s.windowEndMillis() + 1000,
                        s.observedSeconds(),
                        s.nominalSeconds(),
                        s.knownFactor()))
            .toList();

    // When
    List<Judgement> judgements = judge.judge(next);

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldKeepFactorsWithinLimits() {
    // Given
    window(1, 1, 1, 0.001, 100);

    // When
    List<Judgement> judgements = window(1, 1, 1, 0.001, 100);

    // Then
    assertThat(judgements).extracting(Judgement::factor).containsExactly(0.05, 4.0);
  }

  @Test
  void shouldTakeNoiseWithinToleranceForNoise() {
    // Given
    Random noise = new Random(5);
    List<Judgement> judgements = new ArrayList<>();

    // When
    for (int i = 0; i < 500; i++) {
      double[] speeds = noise.doubles(8, 0.98, 1.02).toArray();
      judgements.addAll(window(speeds));
    }

    // Then
    assertThat(judgements).isEmpty();
  }

  @Test
  void shouldFindSlowDeviceUnderNoise() {
    // Given
    Random noise = new Random(6);

    // When
    for (int i = 0; i < 10; i++) {
      double[] speeds = noise.doubles(8, 0.98, 1.02).toArray();
      speeds[3] *= 0.6;
      window(speeds);
    }

    // Then
    assertThat(known).containsOnlyKeys("d");
    assertThat(known.get("d")).isCloseTo(0.6, within(0.6 * 0.04));
  }
}
