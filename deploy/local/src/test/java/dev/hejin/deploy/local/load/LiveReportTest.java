package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveReportTest {
  private static final List<LiveStep> STEPS =
      List.of(
          KneeTest.step(10, KneeTest.method(500, 4, 3, Map.of())),
          KneeTest.step(20, KneeTest.method(500, 9, 0, Map.of()), new HeapLog(300, 100, 7)));

  @Test
  void shouldTellTheKneeAndWhatWasBorne(@TempDir Path folder) throws IOException {
    // Given
    LiveReport report = new LiveReport(Map.of("seed", 1), STEPS, List.of("p99 doubled"));
    Path page = folder.resolve("live.html");

    // When
    report.write(page);

    // Then
    JsonNode json = new ObjectMapper().readTree(folder.resolve("live.json").toFile());
    assertThat(json.get("verdict").asText())
        .isEqualTo("knee at 20 calls/s, 10 were borne; broke first: p99 doubled");
    assertThat(json.get("steps").get(1).get("methods").get("GetNode").get("p99Millis").asDouble())
        .isEqualTo(9);
    assertThat(json.get("steps").get(1).get("heap").get("longestPauseMillis").asDouble())
        .isEqualTo(7);
    assertThat(json.get("steps").get(0).get("heap").isNull()).isTrue();
    assertThat(Files.readString(page))
        .contains("knee at 20 calls/s", "<polyline class=\"p99\"", "first &lt;one&gt;")
        .doesNotContain("<one>", "http://", "https://", "NaN");
  }

  @Test
  void shouldSayWhenNothingBroke() {
    // Given
    LiveReport report = new LiveReport(Map.of(), STEPS, List.of());

    // Then
    assertThat(report.verdict()).isEqualTo("nothing broke up to 20 calls/s; no knee found");
    assertThat(report.json()).contains("\"kneeCallsPerSecond\" : \"none\"");
  }
}
