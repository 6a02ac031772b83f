package dev.hejin.client.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.balance.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportKubernetesTest {
  /** Four devices, of which the last two are half as fast. */
  private static final String PLAN =
      "{\"physical_to_logical_map\":[[0,1,0,2]],\"device_slots\":[1,1,1,1],"
          + "\"speeds\":[1,1,0.5,0.5],\"logical_count\":[[2,1,1]]}";

  private static final List<String> GOOD =
      List.of(
          "--group",
          "pool=fast:1",
          "--group",
          "pool=slow:1:huawei.com/Ascend910",
          "--devices-per-node",
          "2",
          "--image",
          "engine:1",
          "--name",
          "chat");

  @TempDir private Path folder = Path.of("");

  private Run export(String engine, List<String> more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "export",
                Run.file(folder, "plan.json", PLAN),
                "--engine",
                engine,
                "--form",
                "kubernetes",
                "-o",
                folder.resolve("out.yaml")));
    all.addAll(more);
    return Run.of(all.toArray());
  }

  @Test
  void shouldNumberRanksOnFromGroupToGroup() throws IOException {
    // When
    Run run = export("sglang", GOOD);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("pool=fast: devices 0 to 1 of the plan, speeds 1.0")
        .contains("pool=slow: devices 2 to 3 of the plan, speeds 0.5")
        .contains("kubectl apply -f");
    String manifest = Files.readString(folder.resolve("out.yaml"));
    String fast = manifest.substring(manifest.indexOf("name: chat-group-0\n"));
    String slow = manifest.substring(manifest.indexOf("name: chat-group-1\n"));
    assertThat(fast).contains("start: 0", "- fast", "nvidia.com/gpu: 2");
    assertThat(slow).contains("start: 1", "- slow", "huawei.com/Ascend910: 2");
    assertThat(manifest)
        .contains("--nnodes=2", "--tp-size=4", "--ep-size=4", "--ep-num-redundant-experts=1")
        .contains("--init-expert-location=/etc/hejin/experts.json")
        .contains("--dist-init-addr=chat-group-0-0.chat-ranks.serving.svc:20000")
        .contains("{\\\"physical_to_logical_map\\\":[[0,1,0,2]]}");
  }

  @Test
  void shouldNameTheMapByWhatIsInIt() throws IOException {
    // Given
    export("sglang", GOOD);
    String first = mapName();

    // When the dense layers before it are others, and so is the map
    export("sglang", with("--first-moe-layer", "1"));

    // Then
    assertThat(mapName()).startsWith("chat-experts-").isNotEqualTo(first);
  }

  private String mapName() throws IOException {
    return Files.readAllLines(folder.resolve("out.yaml")).stream()
        .filter(line -> line.startsWith("  name: chat-experts-"))
        .map(line -> line.substring("  name: ".length()))
        .findFirst()
        .orElse("");
  }

  private static List<String> with(String option, String value) {
    List<String> all = new ArrayList<>(GOOD);
    all.add(option);
    all.add(value);
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--group           | pool=fast:1       | --group = pool=fast:1 pool=slow:1",
        "--group           | pool              | --group = pool: not LABEL=VALUE",
        "--group           | pool=x:0          | 0 nodes are not from 1",
        "--devices-per-node| 0                 | --devices-per-node = 0",
        "--name            | Chat              | --name = Chat",
        "--namespace       | a_b               | --namespace = a_b",
        "--model-claim     | ../x              | --model-claim = ../x",
        "--image           | engine            | --image = engine",
        "--form            | helm              | --form = helm: unknown"
      })
  void shouldRefuseWhatCannotBe(String option, String value, String told) {
    // Given the good options, of which one is replaced or given once more
    List<String> options = new ArrayList<>(GOOD);
    int at = options.indexOf(option);
    if (at >= 0 && !option.equals("--group")) {
      options.set(at + 1, value);
    } else if (!option.equals("--form")) {
      options.add(option);
      options.add(value);
    }
    Run run =
        option.equals("--form")
            ? Run.of(
                "export",
                Run.file(folder, "plan.json", PLAN),
                "--engine",
                "sglang",
                option,
                value,
                "-o",
                folder.resolve("out.yaml"))
            : export("sglang", options);

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(told).contains("\nMaybe ");
    assertThat(folder.resolve("out.yaml")).doesNotExist();
  }

  @Test
  void shouldRefuseEnginesWhosePodsItCannotWrite() {
    // When
    Run run = export("vllm", GOOD);

    // Then
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("not for vllm", "\nMaybe ");
  }

  @Test
  void shouldWantGroups() {
    // When
    Run run = export("sglang", List.of("--devices-per-node", "2", "--image", "engine:1"));

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("pods must know their nodes", "Maybe write --group");
  }

  @ParameterizedTest
  @CsvSource({
    "--image, engine:1",
    "--name, chat",
    "--namespace, serving",
    "--devices-per-node, 8",
    "--model-claim, models"
  })
  void shouldRefuseOptionsOfPodsWithoutTheForm(String option, String value) {
    // When
    Run run =
        Run.of(
            "export",
            Run.file(folder, "plan.json", PLAN),
            "--engine",
            "sglang",
            option,
            value,
            "-o",
            folder.resolve("out.yaml"));

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("use --form kubernetes");
  }
}
