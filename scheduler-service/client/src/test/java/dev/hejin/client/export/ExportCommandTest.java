package dev.hejin.client.export;

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

class ExportCommandTest {
  private static final String PLAN =
      "{\"physical_to_logical_map\":[[0,1,0,2],[2,1,0,2]],\"device_slots\":[2,2],"
          + "\"logical_count\":[[2,1,1],[1,1,2]]}";

  @TempDir private Path folder = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void setUp() {
    out = folder.resolve("out");
  }

  private Run export(String plan, String engine, Object... more) {
    Object[] all = new Object[more.length + 6];
    all[0] = "export";
    all[1] = Run.file(folder, "plan.json", plan);
    all[2] = "--engine";
    all[3] = engine;
    all[4] = "-o";
    all[5] = out;
    System.arraycopy(more, 0, all, 6, more.length);
    return Run.of(all);
  }

  @Test
  void shouldWriteRowsOfAllHiddenLayersForSglang() throws IOException {
    // Given a plan of two MoE layers after one dense layer

    // When
    Run run = export(PLAN, "sglang", "--first-moe-layer", "1");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("--ep-num-redundant-experts 1 --ep-size 2", "nearest");
    assertThat(out).hasContent("{\"physical_to_logical_map\":[[0,1,0,2],[0,1,0,2],[2,1,0,2]]}");
  }

  @Test
  void shouldNumberModelLayersForTensorRtLlm() throws IOException {
    // Given a plan of two MoE layers after three dense layers

    // When
    Run run = export(PLAN, "tensorrt-llm", "--first-moe-layer", "3");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(out))
        .isEqualTo(
            """
            num_slots: 4
            initial_global_assignments:
              3: [0, 1, 0, 2]
              4: [2, 1, 0, 2]
            layer_updates_per_iter: 0
            """);
  }

  @Test
  void shouldWriteDevicesOfEachLayerForVllmAscend() {
    // Given

    // When
    Run run = export(PLAN, "vllm-ascend");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(out)
        .hasContent(
            "{\"moe_layer_count\":2,\"layer_list\":["
                + "{\"layer_id\":0,\"device_count\":2,\"device_list\":["
                + "{\"device_id\":0,\"device_expert\":[0,1]},"
                + "{\"device_id\":1,\"device_expert\":[0,2]}]},"
                + "{\"layer_id\":1,\"device_count\":2,\"device_list\":["
                + "{\"device_id\":0,\"device_expert\":[2,1]},"
                + "{\"device_id\":1,\"device_expert\":[0,2]}]}]}");
  }

  @Test
  void shouldWriteRowsOfMoeLayersForVllm() {
    // Given a count of dense layers that vLLM does not number

    // When
    Run run = export(PLAN, "vllm", "--first-moe-layer", "3");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("--first-moe-layer has no effect", "no release reads it");
    assertThat(out).hasContent("[[0,1,0,2],[2,1,0,2]]");
  }

  @ParameterizedTest
  @CsvSource({"sglang", "tensorrt-llm", "vllm-ascend", "vllm"})
  void shouldRefuseUnequalSlots(String engine) {
    // Given three slots on one device and one on the other
    String plan = PLAN.replace("[2,2]", "[3,1]");

    // When
    Run run = export(plan, engine);

    // Then
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("device_slots[1] = 1", engine, "\nMaybe ");
    assertThat(out).doesNotExist();
  }

  @Test
  void shouldRefuseAnExpertTwiceOnADeviceForVllmAscendAlone() {
    // Given expert 0 twice on device 0
    String plan = PLAN.replace("[0,1,0,2],", "[0,0,1,2],");

    // When
    Run refused = export(plan, "vllm-ascend");
    Run written = export(plan, "tensorrt-llm");

    // Then
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains("physical_to_logical_map[0][1] = 0: twice on device 0", "\nMaybe ");
    assertThat(written.exitCode()).isZero();
  }

  @Test
  void shouldStateWhatEvenSharesLose() {
    // Given shares that level two devices: expert 0 with 8 tokens, 1 with 4, 2 with 0
    String shares =
        ",\"replica_weights\":[[0.25,1,0.75,1],[0.5,1,1,0.5]],"
            + "\"history\":[[[8,4,0],[0,0,0]]]}";
    String plan = PLAN.substring(0, PLAN.length() - 1) + shares;

    // When
    Run run = export(plan, "vllm");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "vllm shares evenly: weighted shares are lost; balancedness 0.75000 instead of 1");
  }

  @Test
  void shouldSayThatLossIsUnknownWithoutLoads() {
    // Given weighted shares and no window of loads
    String plan =
        PLAN.substring(0, PLAN.length() - 1)
            + ",\"replica_weights\":[[0.25,1,0.75,1],[0.5,1,1,0.5]]}";

    // When
    Run run = export(plan, "sglang");

    // Then
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("no loads to judge by");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[0,1,0,2], | [0,1,0,7], | physical_to_logical_map[0][3] = 7",
        "[0,1,0,2], | [0,1,0], | physical_to_logical_map[0].length = 3",
        "[0,1,0,2], | [0,1,0,1.5], | physical_to_logical_map[0][3] = 1.5",
        "[0,1,0,2], | [0,1,0,0], | logical_count[0][0] = 2: it is in 3",
        "[1,1,2] | [1,1] | logical_count[1].length = 2",
        "[2,1,1], | [1,2,1], | logical_count[0][0] = 1",
        "'device_slots':[2,2], | '' | device_slots = (absent",
        "[2,2] | [4,0] | device_slots[1] = 0",
        "[2,2] | [2,2],'speeds':[1,0] | speeds[1] = 0.0",
        "[2,2] | [2,2],'history':[[[1,2]]] | history[0].length = 1",
        "[2,2] | [2,2],'replica_weights':[[1,1,1,1],[1,1,1,1]] | replica_weights[0] of expert 0",
      })
  void shouldRefuseBrokenPlan(String from, String to, String message) {
    // Given a plan with one fault
    String fault = to.equals("''") ? "" : to;
    String plan = PLAN.replace(from.replace('\'', '"'), fault.replace('\'', '"'));

    // When
    Run run = export(plan, "sglang");

    // Then
    assertThat(run.err()).contains("plan.json: ").contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void shouldRefuseUnknownEngineAndBadLayer() {
    // Given a good plan

    // When
    Run engine = export(PLAN, "triton");
    Run layer = export(PLAN, "sglang", "--first-moe-layer", "-1");

    // Then
    assertThat(engine.exitCode()).isEqualTo(2);
    assertThat(engine.err()).contains("--engine = triton", "sglang, sglang-counts");
    assertThat(layer.exitCode()).isEqualTo(2);
    assertThat(layer.err()).contains("--first-moe-layer = -1", "\nMaybe ");
  }
}
