package dev.hejin.lab.world;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WorldTest {
  /** Sixteen devices, a small model, a node that is lost and returns, a load that drifts. */
  private static final InputFile FILE =
      InputFile.of(
          "small.yaml",
          """
          name: small
          story: A small world in which much happens.
          durationSeconds: 90
          warmupSeconds: 10
          pool:
            name: small
            nodes:
              - { name: a, vendor: NVIDIA, chip: H20, devices: 8, networkGbitPerSecond: 3200 }
              - name: b
                vendor: NVIDIA
                chip: H20
                devices: 8
                networkGbitPerSecond: 3200
                speeds: [1, 1, 1, 0.6, 1, 1, 1, 1]
          model: qwen3-30b-a3b
          traffic: { requestsPerSecond: 40, promptTokens: 256, outputTokens: 64 }
          routing:
            drifts: [{ to: { seed: 2 }, startSeconds: 60, endSeconds: 65 }]
          faults:
            events: [{ atSeconds: 30, untilSeconds: 50, nodes: [a], device: 2 }]
          """);

  private static TrialResult run(Map<String, String> settings, long seed) {
    return new World(FILE).run(new Variant("v", settings), seed);
  }

  @Test
  void shouldGiveTheSameResultForTheSameSeedOnSeveralThreads()
      throws InterruptedException, ExecutionException {
    // Given
    TrialResult alone = run(Map.of(), 7);

    // When
    List<TrialResult> together = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<TrialResult>> futures = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        futures.add(threads.submit(() -> run(Map.of(), 7)));
      }
      for (Future<TrialResult> future : futures) {
        together.add(future.get());
      }
    }

    // Then
    assertThat(alone.failure()).isEmpty();
    assertThat(alone.measures()).containsKeys(Measure.THROUGHPUT, Measure.TPOT_P99);
    assertThat(together).allSatisfy(result -> assertThat(result).isEqualTo(alone));
    assertThat(run(Map.of(), 8)).isNotEqualTo(alone);
  }

  @Test
  void shouldFindTheSlowDeviceTheLostOneAndTheDrift() {
    // Given, When
    TrialResult result = run(Map.of(), 7);

    // Then
    List<String> texts = result.events().stream().map(TrialResult.WorldEvent::text).toList();
    assertThat(texts).anyMatch(text -> text.matches("b/3 runs at 0\\.[5-6].*"));
    assertThat(texts).anyMatch(text -> text.contains("devices of service are lost"));
    assertThat(texts).anyMatch(text -> text.contains("are back"));
    assertThat(result.measures().get(Measure.BYTES_MOVED)).isPositive();
    assertThat(result.measures().get(Measure.UNSERVED)).isBetween(0.5, 30.0);
    assertThat(result.measures()).containsKey(Measure.BALANCEDNESS);
    assertThat(result.heat().getFirst().rows()).hasSize(16);
    assertThat(result.stages()).isNotEmpty();
  }

  @Test
  void shouldMeetTheSameRequestsWhateverThePolicy() {
    // Given, When: far below what the pool can do, all that comes is served
    TrialResult one = run(Map.of("control.policy", "hejin"), 7);
    TrialResult other = run(Map.of("control.policy", "round-robin"), 7);

    // Then
    double served = requireNonNull(one.measures().get(Measure.THROUGHPUT));
    assertThat(other.measures().get(Measure.THROUGHPUT)).isBetween(0.98 * served, 1.02 * served);
    assertThat(other).isNotEqualTo(one);
  }

  @Test
  void shouldMoveNothingWithoutABudget() {
    // Given, When
    TrialResult result =
        new World(FILE)
            .run(
                new Variant("frozen", Map.of("control.migrationGib", "0", "faults.events", "[]")),
                7);

    // Then
    assertThat(result.failure()).isEmpty();
    assertThat(result.measures().get(Measure.BYTES_MOVED)).isZero();
  }

  @Test
  void shouldMakeAPolicysFailureTheTrialsFailure() {
    // Given, When
    TrialResult thrown = run(Map.of("control.policy", "throws-for-test"), 7);
    TrialResult invalid = run(Map.of("control.policy", "invalid-for-test"), 7);
    TrialResult crowded = run(Map.of("serving.contextTokens", "9000000"), 7);

    // Then
    assertThat(thrown.failure()).contains("throws-for-test", "made to fail");
    assertThat(invalid.failure()).contains("invalid-for-test");
    assertThat(crowded.failure()).contains("no plan fits");
    assertThat(thrown.succeeded()).isFalse();
  }

  @Test
  void shouldRefuseASettingThatIsNoneOfTheFile() {
    assertThatThrownBy(() -> run(Map.of("control.polcy", "hejin"), 7))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("policy");
  }
}
