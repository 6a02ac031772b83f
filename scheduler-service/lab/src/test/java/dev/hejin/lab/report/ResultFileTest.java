package dev.hejin.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.lab.comparison.Regressions;
import dev.hejin.lab.comparison.StoredResult;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.FakeWorld;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  @TempDir private Path folder = Path.of("");

  private static Outcome outcome() {
    ExperimentPlan plan = FakeWorld.plan(3, 0);
    TrialResult[][] results = new TrialResult[1][3];
    for (int r = 0; r < 3; r++) {
      results[0][r] = new FakeWorld().run(plan.arms().getFirst().variant(), plan.seedOf(r));
    }
    return new Outcome(plan, results);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("r.json"), text);
  }

  @Test
  void shouldReadBackEveryFigureToTheLastBit() throws IOException {
    // Given
    Outcome outcome = outcome();
    Path file = folder.resolve("r.json");

    // When
    ResultFile.write(file, ResultFile.text(outcome));
    StoredResult stored = ResultFile.read(file);

    // Then
    assertThat(stored.scenario()).isEqualTo("made-up");
    for (int r = 0; r < 3; r++) {
      assertThat(stored.arms().getFirst().trials().get(r).measures().get(Measure.THROUGHPUT))
          .isEqualTo(outcome.measure(0, r, Measure.THROUGHPUT).orElseThrow());
    }
    assertThat(Regressions.of(stored, stored).any()).isFalse();
    assertThat(folder.resolve("r.json.new")).doesNotExist();
  }

  @Test
  void shouldRefuseWhatIsNoResult() {
    assertThatThrownBy(() -> ResultFile.read(folder.resolve("none.json")))
        .hasMessageContaining("there is no such file")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> ResultFile.read(file("<!doctype html>")))
        .hasMessageContaining("no valid JSON in line 1")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> ResultFile.read(file("")))
        .hasMessageContaining("no JSON object")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> ResultFile.read(file("{\"a\": 1}")))
        .hasMessageContaining("format = missing: not hejin-lab-result")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(
            () -> ResultFile.read(file("{\"format\":\"hejin-lab-result\",\"formatVersion\":9}")))
        .hasMessageContaining("formatVersion = 9: this program reads 1");
    assertThatThrownBy(
            () -> ResultFile.read(file("{\"format\":\"hejin-lab-result\",\"formatVersion\":1}")))
        .hasMessageContaining("arms = []");
  }
}
