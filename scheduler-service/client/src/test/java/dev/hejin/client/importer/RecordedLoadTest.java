package dev.hejin.client.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.balance.Run;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads that engines record, given to balance as they are. */
class RecordedLoadTest {
  @TempDir private Path folder = Path.of("");
  private Path plan = Path.of("");

  @BeforeEach
  void setUp() {
    plan = folder.resolve("plan.json");
  }

  private Run balance(Path recording) {
    return Run.of("balance", recording, "--num-gpus", "3", "--num-replicas", "6", "-o", plan);
  }

  private void assertLoads(Run run, int dense, double[][] loads) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    StoredPlan read = PlanFile.read(plan);
    assertThat(read.history()[0]).isDeepEqualTo(loads);
    assertThat(read.firstMoeLayer()).isEqualTo(dense);
    assertThat(read.deviceSlots()).containsExactly(2, 2, 2);
  }

  @Test
  void shouldTakeCountsOfSglangAsJson() {
    // Given one dense layer and two MoE layers
    Path recording =
        Run.file(folder, "load.json", "{\"logical_count\":[[0,0,0,0],[8,1,1,2],[0,4,4,4]]}");

    // When
    Run run = balance(recording);

    // Then
    assertLoads(run, 1, new double[][] {{8, 1, 1, 2}, {0, 4, 4, 4}});
  }

  @Test
  void shouldSumStepsOfSglangAsJson() {
    // Given two steps of one layer, and another field first
    Path recording =
        Run.file(folder, "load.json", "{\"rank\":0,\"logical_count\":[[[8,1,1,2]],[[1,1,1,1]]]}");

    // When
    Run run = balance(recording);

    // Then
    assertLoads(run, 0, new double[][] {{9, 2, 2, 3}});
  }

  @Test
  void shouldTakeTheStatFileOfTheRecorder() {
    // Given two steps of a dense and an MoE layer, as torch.save writes them
    Path recording =
        new TorchBytes()
            .raw('}', 'q', 0, '(')
            .text("rank")
            .raw('q', 1, 'K', 0)
            .text("logical_count")
            .tensor(new int[] {2, 2, 4}, 0, 0, 0, 0, 8, 1, 1, 2, 0, 0, 0, 0, 1, 1, 1, 1)
            .text("average_utilization_rate_over_window")
            .raw('N', 'u')
            .write(folder.resolve("stat.pt"));

    // When
    Run run = balance(recording);

    // Then
    assertLoads(run, 1, new double[][] {{9, 2, 2, 3}});
  }

  @Test
  void shouldTakeThePassesOfTheRecorder() {
    // Given two passes over five slots, slots 0 and 3 of the same expert
    TorchBytes torch = new TorchBytes().raw('}', '(').text("records").raw(']', '(');
    for (int pass = 0; pass < 2; pass++) {
      torch
          .raw('}', '(')
          .text("forward_pass_id")
          .whole(pass)
          .text("global_physical_count")
          .tensor(new int[] {1, 5}, 4, 1, 1, 4, 2)
          .raw('u');
    }
    Path recording =
        torch
            .raw('e')
            .text("last_physical_to_logical_map")
            .tensor(new int[] {1, 5}, 0, 1, 2, 0, 3)
            .raw('u')
            .write(folder.resolve("passes.pt"));

    // When
    Run run = balance(recording);

    // Then
    assertLoads(run, 0, new double[][] {{16, 2, 2, 4}});
  }

  @Test
  void shouldSumRanksAndIterationsOfTensorRtLlm() throws IOException {
    // Given two ranks, layers 3 and 4, and a raw file beside them
    Files.writeString(
        folder.resolve("meta_info.json"), "{\"num_experts\":4,\"num_experts_per_token\":2}");
    safetensors("rank0.safetensors", "100_3", 4, 1, 1, 1);
    safetensors("rank1.safetensors", "100_3", 4, 0, 0, 1);
    safetensors("rank2.safetensors", "101_4", 0, 4, 4, 4);
    safetensors("rank0_raw.safetensors", "100_3", 9, 9, 9, 9);

    // When
    Run run = balance(folder);

    // Then
    assertLoads(run, 3, new double[][] {{8, 1, 1, 2}, {0, 4, 4, 4}});
  }

  private void safetensors(String name, String key, int... counts) throws IOException {
    String header =
        "{\"__metadata__\":{\"x\":\"y\"},\""
            + key
            + "\":{\"dtype\":\"I32\",\"shape\":["
            + counts.length
            + "],\"data_offsets\":[0,"
            + 4 * counts.length
            + "]}}";
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + 4 * counts.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    for (int count : counts) {
      bytes.putInt(count);
    }
    Files.write(folder.resolve(name), bytes.array());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'logical_count':[[1,2],[1]]} | 1 experts",
        "{'logical_count':[[1,-2]]} | negative",
        "{'logical_count':[[1,NaN]]} | finite",
        "{'logical_count':[]} | no layer",
        "{'logical_count':[[0,0],[0,0]]} | all 0",
        "{'logical_count':[[1,2 | well-formed",
      })
  void shouldRefuseBadCounts(String text, String message) {
    // Given a recording with one fault
    Path recording = Run.file(folder, "load.json", text.replace('\'', '"'));

    // When
    Run run = Run.of("balance", recording, "--num-gpus", 2, "--num-replicas", 2, "-o", plan);

    // Then
    assertThat(run.err()).contains("load.json").contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(plan).doesNotExist();
  }

  @Test
  void shouldRefuseBrokenAndForeignArchives() throws IOException {
    // Given files that begin like a .pt file
    Path cut = Files.write(folder.resolve("cut.pt"), new byte[] {'P', 'K', 3, 4, 0});
    Path call =
        new TorchBytes()
            .raw('c')
            .raw("os\nsystem\n".chars().toArray())
            .text("rm")
            .raw(0x85, 'R')
            .write(folder.resolve("call.pt"));
    Path strange = new TorchBytes().raw('}', 0xff).write(folder.resolve("strange.pt"));
    Path negative =
        new TorchBytes()
            .raw('}')
            .text("logical_count")
            .tensor(new int[] {1, 2}, 1, -1)
            .raw('s')
            .write(folder.resolve("negative.pt"));
    Path large =
        new TorchBytes()
            .raw('}')
            .text("logical_count")
            .tensor(new int[] {1, 70_000_000}, 1)
            .raw('s')
            .write(folder.resolve("large.pt"));
    Path few =
        new TorchBytes()
            .raw('}')
            .text("logical_count")
            .tensor(new int[] {2, 2}, 1, 2, 3)
            .raw('s')
            .write(folder.resolve("few.pt"));
    for (Path file : new Path[] {cut, call, strange, negative, large, few}) {
      // When
      Run run = balance(file);

      // Then
      assertThat(run.err()).contains(file.toString()).contains("\nMaybe ").doesNotContain("\tat ");
      assertThat(run.exitCode()).as("%s", file).isEqualTo(2);
    }
  }

  @Test
  void shouldRefuseDevicesSaidTwiceOrNever() {
    // Given a recording, and a case
    Path recording = Run.file(folder, "load.json", "{\"logical_count\":[[1,2]]}");
    Path given =
        Run.file(folder, "case.json", "{\"weights\":[[1,2]],\"num_gpus\":2,\"num_replicas\":2}");

    // When
    Run never = Run.of("balance", recording, "-o", plan);
    Run twice = Run.of("balance", given, "--num-gpus", "2", "-o", plan);

    // Then
    assertThat(never.err()).contains("--num-gpus = (absent)").contains("\nMaybe ");
    assertThat(twice.err()).contains("--num-gpus = 2").contains("\nMaybe ");
    assertThat(never.exitCode()).isEqualTo(2);
    assertThat(twice.exitCode()).isEqualTo(2);
  }
}
