package dev.hejin.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.lab.trial.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmsTest {
  private static final String POOL =
      """
      name: two
      nodes:
        - name: a
          vendor: NVIDIA
          chip: H20
          devices: 8
          networkGbitPerSecond: 400
      """;
  private static final String TRACE =
      """
      TIMESTAMP,ContextTokens,GeneratedTokens
      2023-11-16 18:15:46.6805900,374,44
      """;

  @TempDir private Path folder = Path.of("");
  private Path pool = Path.of("");
  private Path trace = Path.of("");

  @BeforeEach
  void write() throws IOException {
    pool = Files.writeString(folder.resolve("pool.yaml"), POOL);
    trace = Files.writeString(folder.resolve("trace.csv"), TRACE);
    Files.writeString(
        folder.resolve("s.yaml"),
        """
        name: recorded
        story: Requests and pool of other files.
        durationSeconds: 40
        pool: %s
        model: qwen3-235b-a22b
        traffic: { trace: trace.csv }
        """
            .formatted(pool));
  }

  private String inputs() {
    Arms arms = new Arms(InputFile.read(folder.resolve("s.yaml")), Map.of(), Map.of());
    return arms.of(List.of(new Variant("v", Map.of()))).getFirst().inputs();
  }

  @Test
  void shouldSeeAChangeInAFileThatTheScenarioNames() throws IOException {
    // Given
    String before = inputs();

    // When
    Files.writeString(trace, TRACE.replace("374", "375"));
    String otherTrace = inputs();
    Files.writeString(trace, TRACE);
    Files.writeString(pool, POOL.replace("400", "200"));
    String otherPool = inputs();
    Files.writeString(pool, POOL);

    // Then
    assertThat(List.of(before, otherTrace, otherPool)).doesNotHaveDuplicates();
    assertThat(inputs()).isEqualTo(before);
  }

  @Test
  void shouldRefuseARecordingThatIsNotThereBeforeAnythingRuns() throws IOException {
    // Given
    Files.delete(trace);

    // When / Then
    assertThatThrownBy(this::inputs)
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("$.traffic.trace")
        .hasMessageContaining("trace.csv")
        .hasMessageContaining("Maybe");
  }
}
