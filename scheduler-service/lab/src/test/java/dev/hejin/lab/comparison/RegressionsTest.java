package dev.hejin.lab.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.lab.comparison.StoredResult.StoredArm;
import dev.hejin.lab.comparison.StoredResult.StoredTrial;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegressionsTest {
  /** Ten trials whose seeds begin at the first one. */
  private static StoredResult result(long firstSeed, double shift) {
    List<StoredTrial> trials = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + 10; seed++) {
      double noise = new Random(seed).nextGaussian() * 30;
      double own = new Random(seed + Double.hashCode(shift)).nextGaussian();
      trials.add(new StoredTrial(seed, "", Map.of(Measure.THROUGHPUT, 1000 + noise + own + shift)));
    }
    return new StoredResult(
        "s", "text", "v", List.of(), false, List.of(new StoredArm("hejin", trials)));
  }

  @Test
  void shouldFindASmallLossUnderTheSameSeeds() {
    // When
    Regressions regressions = Regressions.of(result(1, 0), result(1, -10));

    // Then
    assertThat(regressions.any()).isTrue();
    assertThat(regressions.changes().getFirst().difference().paired()).isTrue();
    assertThat(regressions.changes().getFirst().verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void shouldNotCallNoiseOfOtherSeedsALoss() {
    // When
    Regressions regressions = Regressions.of(result(1, 0), result(100, 0));

    // Then
    assertThat(regressions.any()).isFalse();
    assertThat(regressions.changes().getFirst().difference().paired()).isFalse();
  }

  @Test
  void shouldFindNothingInTheSameFile() {
    // When
    Regressions regressions = Regressions.of(result(1, 0), result(1, 0));

    // Then
    assertThat(regressions.changes())
        .isNotEmpty()
        .allMatch(change -> change.verdict() == Verdict.EQUAL);
    assertThat(regressions.any()).isFalse();
  }

  @Test
  void shouldCountNewFailuresAndNameArmsThatOneFileLacks() {
    // Given
    StoredResult before = result(1, 0);
    List<StoredTrial> failing = new ArrayList<>(before.arms().getFirst().trials());
    failing.set(0, new StoredTrial(1, "no device fits", Map.of()));
    StoredResult after =
        new StoredResult(
            "s",
            "text",
            "v",
            List.of(),
            false,
            List.of(new StoredArm("hejin", failing), new StoredArm("random", failing)));

    // When
    Regressions regressions = Regressions.of(before, after);

    // Then
    assertThat(regressions.newFailures()).containsExactly("hejin");
    assertThat(regressions.missing()).containsExactly("random");
    assertThat(regressions.any()).isTrue();
  }
}
