package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.detect.ConditionJudge.Finding;
import dev.hejin.scheduler.detect.ConditionJudge.Kind;
import dev.hejin.scheduler.detect.ConditionJudge.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConditionJudgeTest {
  private final ConditionJudge judge = new ConditionJudge();
  private final List<Finding> findings = new ArrayList<>();
  private long time;

  private void see(long memoryErrors, long linkErrors, String... remarks) {
    time += 3_000;
    findings.addAll(
        judge.judge(
            new Sample(
                "n/0",
                time,
                OptionalLong.of(memoryErrors),
                OptionalLong.of(linkErrors),
                List.of(remarks))));
  }

  @Test
  void shouldDoWithoutADeviceWhoseMemoryErrorsGrowAgain() {
    // Given
    see(7, 0);
    see(8, 0);
    see(8, 0);
    List<Finding> before = List.copyOf(findings);

    // When
    see(9, 0);

    // Then
    assertThat(before).isEmpty();
    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(Kind.MEMORY_ERRORS);
              assertThat(finding.isUnusable()).isTrue();
              assertThat(finding.evidence()).contains("2 of the last 20 windows", "to 9");
            });
  }

  @Test
  void shouldNotMindOldErrorsNorACounterThatBeginsAnew() {
    // When
    see(500, 90);
    for (int i = 0; i < 50; i++) {
      see(500, 90);
    }
    see(0, 0);
    see(0, 0);

    // Then
    assertThat(findings).isEmpty();
  }

  @Test
  void shouldForgetErrorsThatAreFarApart() {
    // When
    for (int error = 0; error < 5; error++) {
      see(error, 0);
      for (int i = 0; i < ConditionJudge.MEMORY; i++) {
        see(error, 0);
      }
    }

    // Then
    assertThat(findings).isEmpty();
  }

  @Test
  void shouldTellLinkErrorsAndHeatOnceWhileTheyLast() {
    // When
    for (int i = 0; i < 30; i++) {
      see(0, 10L * i, "HW Thermal Slowdown");
    }

    // Then
    assertThat(findings)
        .extracting(Finding::kind)
        .containsExactlyInAnyOrder(Kind.LINK_ERRORS, Kind.THROTTLED);
    assertThat(findings).noneMatch(Finding::isUnusable);
  }

  @Test
  void shouldNotFlapWhenASignComesAndGoes() {
    // When
    for (int i = 0; i < 300; i++) {
      see(0, 0, i % 2 == 0 ? new String[] {"thermal"} : new String[0]);
    }

    // Then
    assertThat(findings).isEmpty();
  }

  @Test
  void shouldCountNoWindowTwice() {
    // Given
    Sample first = new Sample("n/0", 1, OptionalLong.of(1), OptionalLong.empty(), List.of());
    Sample second = new Sample("n/0", 2, OptionalLong.of(2), OptionalLong.empty(), List.of());

    // When
    List<Finding> all = new ArrayList<>();
    for (Sample sample : List.of(first, second, second, second)) {
      all.addAll(judge.judge(sample));
    }

    // Then
    assertThat(all).isEmpty();
  }
}
