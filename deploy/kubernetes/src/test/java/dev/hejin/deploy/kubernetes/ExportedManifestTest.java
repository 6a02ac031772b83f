package dev.hejin.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.client.Console;
import dev.hejin.client.export.ExportCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The worked example of deploy/docs/kubernetes.md: DeepSeek-V3 on two groups of nodes. */
class ExportedManifestTest {
  private static final int MOE_LAYERS = 58;
  private static final int EXPERTS = 256;
  private static final int DEVICES = 32;
  private static final int SLOTS = 288;

  @TempDir private Path folder = Path.of("");

  /** Each expert once, the first 32 twice. */
  private Path plan() throws IOException {
    List<Integer> slots = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      slots.add(slot % EXPERTS);
    }
    List<Integer> counts = new ArrayList<>();
    for (int expert = 0; expert < EXPERTS; expert++) {
      counts.add(expert < SLOTS - EXPERTS ? 2 : 1);
    }
    var plan = new ObjectMapper().createObjectNode();
    var map = plan.putArray("physical_to_logical_map");
    var replicas = plan.putArray("logical_count");
    for (int layer = 0; layer < MOE_LAYERS; layer++) {
      var row = map.addArray();
      slots.forEach(row::add);
      var count = replicas.addArray();
      counts.forEach(count::add);
    }
    var devices = plan.putArray("device_slots");
    for (int device = 0; device < DEVICES; device++) {
      devices.add(SLOTS / DEVICES);
    }
    return Files.writeString(folder.resolve("plan.json"), plan.toString());
  }

  private List<JsonNode> export() throws IOException {
    Path out = folder.resolve("serving.yaml");
    StringWriter told = new StringWriter();
    PrintWriter printer = new PrintWriter(told);
    int exitCode =
        new CommandLine(new ExportCommand(new Console(printer, printer)))
            .execute(
                plan().toString(),
                "--engine=sglang",
                "--first-moe-layer=3",
                "--form=kubernetes",
                "--name=deepseek-v3",
                "--image=lmsysorg/sglang:v0.5.5",
                "--group=nvidia.com/gpu.product=NVIDIA-H800:2",
                "--group=nvidia.com/gpu.product=NVIDIA-H20:2",
                "-o",
                out.toString());
    assertThat(exitCode).as(told.toString()).isZero();
    return Rendering.parse(Files.readString(out));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.32", "1.33", "1.34", "1.35"})
  void shouldBeWhatKubernetesTakes(String version) throws IOException {
    // When
    List<JsonNode> objects = export();

    // Then
    assertThat(objects).hasSize(5);
    assertThat(ManifestTest.faults(objects, version)).isEmpty();
    assertThat(References.broken(objects)).isEmpty();
  }

  @Test
  void shouldGiveTheEngineTheWholeMap() throws IOException {
    // When
    List<JsonNode> objects = export();

    // Then
    JsonNode map = new ObjectMapper().readTree(objects.get(0).at("/data/experts.json").asText());
    assertThat(map.path("physical_to_logical_map")).hasSize(MOE_LAYERS + 3);
    assertThat(map.at("/physical_to_logical_map/60")).hasSize(SLOTS);
    assertThat(objects.get(3).at("/spec/ordinals/start").asInt()).isZero();
    assertThat(objects.get(4).at("/spec/ordinals/start").asInt()).isEqualTo(2);
  }
}
