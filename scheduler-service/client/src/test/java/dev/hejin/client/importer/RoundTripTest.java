package dev.hejin.client.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.balance.Run;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What export writes, import reads as the same placement. */
class RoundTripTest {
  @TempDir private Path folder = Path.of("");
  private Path plan = Path.of("");
  private Path out = Path.of("");
  private Path back = Path.of("");

  @BeforeEach
  void setUp() {
    plan = folder.resolve("plan.json");
    out = folder.resolve("out");
    back = folder.resolve("back.json");
  }

  private StoredPlan balanced(long seed, int layers, int experts, int slots, int devices) {
    Random random = new Random(seed);
    String weights =
        random
            .ints((long) layers * experts, 1, 10_000)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(","));
    String[] all = weights.split(",");
    String rows =
        IntStream.range(0, layers)
            .mapToObj(
                l ->
                    "["
                        + String.join(",", Arrays.copyOfRange(all, l * experts, (l + 1) * experts))
                        + "]")
            .collect(Collectors.joining(","));
    String text =
        "{\"weights\":[%s],\"num_replicas\":%d,\"num_gpus\":%d}".formatted(rows, slots, devices);
    Run run = Run.of("balance", Run.file(folder, "case.json", text), "-o", plan);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return PlanFile.read(plan);
  }

  @ParameterizedTest
  @CsvSource({
    "sglang, 0, 1",
    "sglang, 3, 1",
    "sglang, 1, 2",
    "tensorrt-llm, 3, 1",
    "vllm-ascend, 0, 1",
    "vllm, 0, 1"
  })
  void shouldReadTheSamePlacementBack(String engine, int dense, int step) {
    // Given a plan of 7 layers with replicas
    StoredPlan given = balanced(5, 7, 24, 32, 8);
    Run written =
        Run.of(
            "export",
            plan,
            "--engine",
            engine,
            "-o",
            out,
            "--first-moe-layer",
            dense,
            "--moe-layer-step",
            step);
    assertThat(written.exitCode()).as(written.err()).isZero();

    // When
    Run run =
        Run.of(
            "import",
            out,
            "--engine",
            engine,
            "--devices",
            8,
            "-o",
            back,
            "--moe-layer-step",
            step,
            "--first-moe-layer",
            dense);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    StoredPlan read = PlanFile.read(back);
    assertThat(read.slotExpert()).isDeepEqualTo(given.slotExpert());
    assertThat(read.deviceSlots()).containsExactly(given.deviceSlots());
    assertThat(read.counts()).isDeepEqualTo(given.counts());
    assertThat(read.replicaWeights()).isDeepEqualTo(given.evenShares());
    assertThat(read.firstMoeLayer()).isEqualTo(dense);
  }

  @ParameterizedTest
  @CsvSource({"sglang", "tensorrt-llm", "vllm-ascend", "vllm"})
  void shouldTakeAnEnginesFileAsThePlanInForce(String engine) {
    // Given the placement in force as the engine has it, three dense layers first
    balanced(6, 4, 16, 24, 6);
    Run.of("export", plan, "--engine", engine, "-o", out, "--first-moe-layer", 3);

    // When
    Run run = Run.of("balance", folder.resolve("case.json"), "--previous", out, "-o", back);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("moves         0 of 96 replicas");
  }

  @Test
  void shouldTakeTheTensorFileOfSglang() {
    // Given a .pt file of one dense and one MoE layer
    new TorchBytes()
        .raw('}')
        .text("physical_to_logical_map")
        .tensor(new int[] {2, 4}, 0, 1, 2, 0, 2, 1, 0, 1)
        .raw('s')
        .write(out);

    // When
    Run run = Run.of("import", out, "--devices", 2, "--first-moe-layer", 1, "-o", back);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(PlanFile.read(back).slotExpert()).isDeepEqualTo(new int[][] {{2, 1, 0, 1}});
  }

  @Test
  void shouldBalanceCountsThatWereExported() throws IOException {
    // Given a plan, exported as the loads that SGLang balances itself
    balanced(7, 3, 8, 12, 4);
    Run.of("export", plan, "--engine", "sglang-counts", "-o", out, "--first-moe-layer", 2);

    // When
    Run run = Run.of("balance", out, "--num-gpus", 4, "--num-replicas", 12, "-o", back);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(out)).startsWith("{\"logical_count\":[[0,0,0,0,0,0,0,0],[0,");
    StoredPlan first = PlanFile.read(plan);
    StoredPlan second = PlanFile.read(back);
    assertThat(second.history()).isDeepEqualTo(first.history());
    assertThat(second.slotExpert()).isDeepEqualTo(first.slotExpert());
    assertThat(second.firstMoeLayer()).isEqualTo(2);
  }

  @Test
  void shouldReadRanksBack() throws IOException {
    // Given a plan without replicas whose layers are alike
    Path given =
        Run.file(
            folder,
            "ranks.json",
            "{\"physical_to_logical_map\":[[2,1,0,3],[1,2,0,3]],\"device_slots\":[2,2],"
                + "\"logical_count\":[[1,1,1,1],[1,1,1,1]]}");
    Run written = Run.of("export", given, "--engine", "vllm-ranks", "-o", out);

    // When
    Run run = Run.of("import", out, "--layers", 2, "-o", back);

    // Then
    assertThat(written.exitCode()).as(written.err()).isZero();
    assertThat(Files.readString(out)).isEqualTo("{\"expert_to_ep_rank\":[1,0,0,1]}");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(PlanFile.read(back).slotExpert())
        .isDeepEqualTo(new int[][] {{1, 2, 0, 3}, {1, 2, 0, 3}});
  }

  @Test
  void shouldReadOneRowForAllLayers() {
    // Given the form of vLLM for layers that are alike
    Path row = Run.file(folder, "row.json", "[0, 1, 2, 3, 0, 1]");

    // When
    Run run = Run.of("import", row, "--layers", 3, "--devices", 3, "-o", back);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(PlanFile.read(back).slotExpert().length).isEqualTo(3);
    assertThat(PlanFile.read(back).counts()[2]).containsExactly(2, 2, 1, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'physical_to_logical_map':[[0,1]]} | --devices = (absent)",
        "{'physical_to_logical_map':[[0,1,0]]} | do not divide over 2 devices",
        "{'physical_to_logical_map':[[0,5]]} | = 5: no expert",
        "{'physical_to_logical_map':[[0,-1]]} | = -1: no expert",
        "{'physical_to_logical_map':[[0,1],[0,1,1,0]]} | = 4 slots",
        "{'physical_to_logical_map':[[0,1],[1,1]]} | = 0: the expert is in no slot",
        "{'physical_to_logical_map':[[0,1]],'logical_count':[[1,1]]} | takes physical",
        "{'physical_to_logical_map':[]} | no layers",
        "{'expert_to_ep_rank':[0,7]} | expert_to_ep_rank[1] = 7",
        "{'expert_to_ep_rank':[0,2,2]} | the rank holds no expert",
        "num_slots: 3#initial_global_assignments:#  3: [0, 1] | = 2: num_slots is 3",
        "num_slots: 2#layer_updates_per_iter: 2 | initial_global_assignments",
        "num_slots: 2#initial_global_assignments:#  x: [0, 1] | no index",
        "num_slots: '2 | no valid YAML",
        "{'moe_layer_count':2,'layer_list':[{'layer_id':0,'device_count':1,'device_list':"
            + "[{'device_id':0,'device_expert':[0]}]}]} | moe_layer_count = 2",
        "{'moe_layer_count':1,'layer_list':[{'layer_id':0,'device_count':2,'device_list':"
            + "[{'device_id':0,'device_expert':[0]}]}]} | device_count = 2",
        "{'x':1} | none of the fields",
        "[[0,1],2] | not a list",
        "'' | no YAML",
      },
      quoteCharacter = '"')
  void shouldRefuseBrokenFiles(String text, String message) {
    // Given a file with one fault
    String content = text.equals("''") ? "" : text.replace('\'', '"').replace('#', '\n');
    Path file = Run.file(folder, "engine.txt", content);
    List<Object> arguments = new ArrayList<>(List.of("import", file, "-o", back));
    if (!message.contains("--devices")) {
      arguments.addAll(List.of("--devices", content.contains("moe_layer") ? 1 : 2));
    }

    // When
    Run run = Run.of(arguments.toArray());

    // Then
    assertThat(run.err()).contains(message).contains("\nMaybe ").doesNotContain("\tat ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(back).doesNotExist();
  }

  @Test
  void shouldRefuseAFileOfAnotherEngine() {
    // Given a file of vLLM
    Path row = Run.file(folder, "row.json", "[0, 1]");

    // When
    Run run = Run.of("import", row, "--engine", "sglang", "--devices", 2, "-o", back);

    // Then
    assertThat(run.err()).contains("--engine = sglang").contains("is of vllm").contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
