package dev.hejin.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.FakeWorld;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Difference;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonsTest {
  static Outcome outcome(int replications, double... gains) {
    ExperimentPlan plan = FakeWorld.plan(replications, gains);
    TrialResult[][] results = new TrialResult[gains.length][replications];
    for (int arm = 0; arm < gains.length; arm++) {
      for (int r = 0; r < replications; r++) {
        results[arm][r] =
            Double.isNaN(gains[arm])
                ? TrialResult.failed("no device fits")
                : new FakeWorld().run(plan.arms().get(arm).variant(), plan.seedOf(r));
      }
    }
    return new Outcome(plan, results);
  }

  private static Comparison find(
      List<Comparison> all, Measure measure, int arm, Comparison.Role role) {
    return all.stream()
        .filter(c -> c.measure() == measure && c.arm() == arm && c.role() == role)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldFindASmallGainUnderCommonRandomNumbers() {
    // Given: noise between seeds is 50, the gain only 20
    Outcome outcome = outcome(6, 0, 20);

    // When
    Comparison comparison =
        find(Comparisons.of(outcome), Measure.THROUGHPUT, 1, Comparison.Role.BASELINE);

    // Then
    assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(comparison.difference().interval().mean()).isCloseTo(20, within(3.0));
    assertThat(comparison.text()).startsWith("better by ").contains("%").contains("p < 0.001");
  }

  @Test
  void shouldTellAGainOverNextToNothingInItsUnit() {
    // Given
    Difference much = Difference.paired(new double[] {1, 2, 3}, new double[] {601, 602, 604});

    // When
    String text = Verdict.BETTER.text(Measure.GOODPUT, much, 0);

    // Then
    assertThat(text).startsWith("better by 600.3 tokens/s [").doesNotContain("%");
  }

  @Test
  void shouldTurnTheSignWhereLessIsBetter() {
    // When
    List<Comparison> all = Comparisons.of(outcome(6, 0, 20));

    // Then: 2 of 40 ms less
    Comparison tpot = find(all, Measure.TPOT_P99, 1, Comparison.Role.BASELINE);
    assertThat(tpot.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(tpot.text()).startsWith("better by 5.").contains("p < 0.001");
  }

  @Test
  void shouldNotTellEqualArmsApart() {
    // Given: twenty arms whose gains are all zero
    Outcome outcome = outcome(5, new double[20]);

    // When
    List<Comparison> all = Comparisons.of(outcome);

    // Then
    assertThat(all)
        .filteredOn(c -> c.measure() == Measure.BYTES_MOVED)
        .hasSize(20)
        .allMatch(c -> c.verdict() == Verdict.EQUAL);
    assertThat(all)
        .filteredOn(c -> c.measure() == Measure.THROUGHPUT)
        .hasSize(20)
        .noneMatch(c -> c.verdict() == Verdict.BETTER || c.verdict() == Verdict.WORSE);
  }

  @Test
  void shouldCompareWithTheBestOfThoseThatDoNotBelieveSpeeds() {
    // Given: arm 0 is aware, the others are blind; arm 2 is the best of them
    Outcome outcome = outcome(5, 100, 0, 60, 30);

    // When
    Comparison comparison =
        find(Comparisons.of(outcome), Measure.THROUGHPUT, 0, Comparison.Role.BEST_SPEED_BLIND);

    // Then
    assertThat(comparison.against()).isEqualTo(2);
    assertThat(comparison.difference().interval().mean()).isCloseTo(40, within(5.0));
    assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
  }

  @Test
  void shouldLeaveOutAnArmThatFailed() {
    // When
    List<Comparison> all = Comparisons.of(outcome(4, 0, Double.NaN, 50));

    // Then
    assertThat(all).noneMatch(c -> c.arm() == 1 || c.against() == 1);
    assertThat(find(all, Measure.THROUGHPUT, 2, Comparison.Role.BASELINE).verdict())
        .isEqualTo(Verdict.BETTER);
  }

  @Test
  void shouldSayThatOneReplicationTellsNothing() {
    // When
    List<Comparison> all = Comparisons.of(outcome(1, 0, 500));

    // Then
    assertThat(find(all, Measure.THROUGHPUT, 1, Comparison.Role.BASELINE).text())
        .isEqualTo("not known: fewer than two replications to compare");
  }
}
