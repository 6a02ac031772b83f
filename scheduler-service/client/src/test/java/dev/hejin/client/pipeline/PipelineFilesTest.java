package dev.hejin.client.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.balance.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of pipeline stages, out and in. */
class PipelineFilesTest {
  private static final String PLAN =
      "{\"model\":{\"name\":\"x\"},\"plan\":{\"stages\":["
          + "{\"firstLayer\":0,\"endLayer\":15,\"deviceIds\":[\"a/0\"],\"layers\":[{\"device\":[0]}]},"
          + "{\"firstLayer\":15,\"endLayer\":30},{\"firstLayer\":30,\"endLayer\":45},"
          + "{\"firstLayer\":45,\"endLayer\":61}],\"policy\":\"hejin\"},\"revision\":\"4\"}";

  @TempDir private Path folder = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void setUp() {
    out = folder.resolve("out");
  }

  private Run export(String text, String engine, Object... more) {
    Object[] all = new Object[more.length + 6];
    all[0] = "export";
    all[1] = Run.file(folder, "plan.json", text);
    all[2] = "--engine";
    all[3] = engine;
    all[4] = "-o";
    all[5] = out;
    System.arraycopy(more, 0, all, 6, more.length);
    return Run.of(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sglang;SGLANG_PP_LAYER_PARTITION=15,15,15,16",
        "vllm;VLLM_PP_LAYER_PARTITION=15,15,15,16",
        "megatron;Et*15|t*15|t*15|t*16L"
      })
  void shouldWriteTheStagesOfAPlan(String engine, String text) throws IOException {
    // Given the output of plan --output json

    // When
    Run run = export(PLAN, engine);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(out)).isEqualTo(text + "\n");
    assertThat(run.err()).startsWith("use: ");
  }

  @ParameterizedTest
  @CsvSource({"sglang", "vllm", "megatron"})
  void shouldReadTheSameStagesBack(String engine) throws IOException {
    // Given stages that are a list
    Run written = export("[1, 20, 3]", engine);

    // When
    Path back = folder.resolve("back.json");
    Run run = Run.of("import", out, "--engine", engine, "-o", back);

    // Then
    assertThat(written.exitCode()).as(written.err()).isZero();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(back)).isEqualTo("[1, 20, 3]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Et*3|(tt|)*29m|L;[3%s, 0, 0]",
        "E|t|,t|(tt)*2,mL;[0, 1, 1, 4]",
        "Ettt|tL;[3, 1]",
      })
  void shouldReadLayoutsOfMegatron(String layout, String stages) throws IOException {
    // Given a layout as its users write it

    // When
    Run run = Run.of("import", Run.file(folder, "layout", layout), "-o", out);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out).hasContent(stages.formatted(", 2".repeat(29)));
  }

  @Test
  void shouldPutMultiTokenPredictionInTheLastStage() throws IOException {
    // Given a model with one such layer, and an empty first stage

    // When
    Run run = export("[0, 2, 1]", "megatron", "--mtp-layers", 1);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(out)).isEqualTo("E|t*2|tmL\n");
  }

  @Test
  void shouldRefuseWhatAnEngineHasNoFormFor() {
    // Given stages, and a placement of experts
    String placement =
        "{\"physical_to_logical_map\":[[0,1]],\"device_slots\":[1,1],\"logical_count\":[[1,1]]}";

    // When
    Run stages = export(PLAN, "vllm-ascend");
    Run empty = export("[2, 0]", "vllm");
    Run experts = export(placement, "megatron");

    // Then
    for (Run run : new Run[] {stages, empty, experts}) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("plan.json: ").contains("\nMaybe ");
    }
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[-1, 2];stages[0] = -1",
        "[];stages.length = 0",
        "[0];no layers",
        "[1.5];not a whole number",
        "{'plan':{'stages':[{'firstLayer':1,'endLayer':3}]}};stages[0] = layers 1 to 3",
        "{'plan':{'stages':[{'firstLayer':0,'endLayer':3},{'firstLayer':4,'endLayer':5}]}};"
            + "stages[1] = layers 4 to 5",
        "{'plan':{'stages':[]}};stages.length = 0",
      },
      quoteCharacter = '"')
  void shouldRefuseBadStages(String text, String message) {
    // Given stages with one fault

    // When
    Run run = export(text.replace('\'', '"'), "megatron");

    // Then
    assertThat(run.err()).contains("plan.json: ").contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ttE|tL;not one E",
        "Et|t;not one E",
        "Emt|L;not one E",
        "Et*99999|t*99999|((t*99999)*99999)*9L;layout",
        "E(t|)*99999(t|)*99999(ttttttttttttttttt)*99999L;repeats too often",
        "SGLANG_PP_LAYER_PARTITION=15,,16;no number",
        "15,16,;no number",
      })
  void shouldRefuseBadLayouts(String text, String message) {
    // Given a text with one fault

    // When
    Run run = Run.of("import", Run.file(folder, "layout", text), "-o", out);

    // Then
    assertThat(run.err()).contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }
}
