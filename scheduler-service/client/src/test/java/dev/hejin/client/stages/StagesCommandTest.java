package dev.hejin.client.stages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class StagesCommandTest {
  private static final String GOOD =
      """
      {"model": {"layers": 3, "activation_bytes_per_token": 8, "token_bytes": 2},
       "device_types": {"x": {"count": 2, "max_layers": 2,
         "tokens_per_s_with_k_layers": {"1": 30, "2": 20},
         "kv_cache_capacity_with_k_layers": {"1": 90000, "2": 80000},
         "layer_prompt_ms_by_tokens": {"0": 0, "1000": 10},
         "layer_decode_ms_by_batch": {"0": 0, "2": 1, "50": 2}}},
       "devices": ["x", "x"],
       "links": {"list": [["source", "0", 900, 0.1, 100], ["source", "1", 900, 0.1, 100],
         ["0", "sink", 900, 0.1, 100], ["1", "sink", 900, 0.1, 100], ["0", "1", 900, 0.1, 100]]}}
      """;

  @TempDir private Path folder = Path.of("");

  private record Run(int exitCode, String out, String err) {}

  private static Run run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err));
    CommandLine line = new CommandLine(new Top());
    line.addSubcommand(new StagesCommand(console));
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    int exitCode = ClientCommands.withFailures(line, console).execute(texts);
    return new Run(exitCode, out.toString(), err.toString());
  }

  private Run stages(String text, Object... more) throws IOException {
    Path file = Files.writeString(folder.resolve("case.json"), text);
    return run(
        Stream.concat(Stream.of("stages", file, "-o", folder.resolve("plan.json")), Stream.of(more))
            .toArray());
  }

  @ParameterizedTest
  @CsvSource({"flow", "serving"})
  void shouldWritePlan(String objective) throws IOException {
    // Given two devices for three layers

    // When
    Run run = stages(GOOD, "--objective", objective);

    // Then
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("2 devices, 3 layers", "flow    20.0 tokens/s", "proved");
    JsonNode plan = new ObjectMapper().readTree(folder.resolve("plan.json").toFile());
    assertThat(plan.get("tokens_per_s").asDouble()).isEqualTo(20);
    assertThat(plan.get("upper_bound").asDouble()).isGreaterThanOrEqualTo(20);
    assertThat(plan.get("solve_ms").asDouble()).isPositive();
    assertThat(plan.get("intervals").size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"layers\": 3 | \"layers\": 9 | model.layers = 9: all devices together hold 4 layers",
        "\"layers\": 3, | | model.layers = (absent)",
        "\"count\": 2 | \"count\": 3 | device_types.x.count = 3: devices lists 2",
        "\"max_layers\": 2 | \"max_layers\": 0 | holds no layer",
        "\"max_layers\": 2 | \"max_layers\": 3 | tokens_per_s_with_k_layers.3 = (absent)",
        "0.1, 100], [\"source\" | 0.1, 0], [\"source\" | links.list[0].tokens_per_s = 0.0",
        "\"source\", \"1\" | \"source\", \"7\" | links.list[1].to",
        "[\"x\", \"x\"] | [\"x\", \"y\"] | devices[1] = \"y\"",
        "[\"0\", \"1\", 900, 0.1, 100]] | [\"0\", \"0\", 900, 0.1, 100]] | leads nowhere",
        "\"2\": 20 | \"2\": -1 | tokens_per_s_with_k_layers[2] = -1.0"
      })
  void shouldNameFieldAndValueOfBadCase(String from, String to, String message) throws IOException {
    // Given
    assertThat(GOOD).contains(from);

    // When
    Run run = stages(GOOD.replace(from, to == null ? "" : to));

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message, "\nMaybe ");
    assertThat(folder.resolve("plan.json")).doesNotExist();
  }

  @Test
  void shouldRefuseHalfOfWorkload() throws IOException {
    // When
    Run run = stages(GOOD, "--prompt-tokens", 5);

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--output-tokens", "Maybe give both");
  }

  /** Cases of the folder in {@code hejin.stage.cases}; skipped when it is not set. */
  @Test
  void shouldReachPublishedFlowOfEveryCase() throws IOException {
    // Given
    String cases = System.getProperty("hejin.stage.cases", System.getenv("HEJIN_STAGE_CASES"));
    Assumptions.assumeTrue(cases != null && !cases.isBlank(), "hejin.stage.cases is not set");
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(cases))) {
      files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      // When
      Run run = run("stages", file, "-o", folder.resolve("plan.json"), "--output", "json");

      // Then
      assertThat(run.exitCode()).as(run.err()).isZero();
      ObjectMapper mapper = new ObjectMapper();
      JsonNode published = mapper.readTree(file.toFile()).get("published");
      assertThat(mapper.readTree(run.out()).get("tokens_per_s").asDouble())
          .isGreaterThanOrEqualTo(published.get("objective_tokens_per_s").asDouble() * (1 - 1e-9));
    }
  }

  @Command(name = "hejin")
  private static final class Top {}
}
