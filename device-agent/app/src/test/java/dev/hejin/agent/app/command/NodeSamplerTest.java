package dev.hejin.agent.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.CpuHostProbe;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.catalog.chip.DeviceCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSamplerTest {
  private static final Measurements NOTHING_MEASURED = Measurements.of(Path.of("nothing", "here"));
  private static final String QUERY =
      "$ nvidia-smi --query-gpu=*\nindex, name, uuid, memory.total [MiB], memory.used [MiB]\n";

  @TempDir Path folder = Path.of("");

  private final List<ProbedNode> told = new ArrayList<>();
  private ProbedNode start =
      new ProbedNode(new NodeDescription("box", List.of(), null, Map.of()), List.of(), Set.of());

  @Test
  void shouldSampleEveryDeviceThatTheVendorsToolsTell() {
    try (NodeSampler sampler = sampler(Path.of("replay", "ten-vendors"))) {
      // When
      sampler.ask();

      // Then: one is known by the PCI bus alone
      assertThat(sampler.observe(1, 1)).hasSize(start.keys().size() - 1);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void shouldKnowADeviceWhateverTheToolCallsIt() throws IOException {
    // Given
    play("0, H20, a, 9 MiB, 1 MiB", "1, H20, b, 9 MiB, 1 MiB");
    try (NodeSampler sampler = sampler(folder)) {
      play("0, H20, b, 9 MiB, 1 MiB");

      // When
      sampler.ask();

      // Then: one answer is no news
      assertThat(told).isEmpty();

      // And when
      sampler.ask();

      // Then: a is gone, and b has its number, although the tool counts from 0 again
      assertThat(healths(told.getFirst()))
          .isEqualTo(Map.of("box/0", Health.FAILED, "box/1", Health.HEALTHY));
      assertThat(sampler.observe(1, 1)).extracting(DeviceWindow::deviceId).containsExactly("box/1");
    }
  }

  @Test
  void shouldFailAndTakeBackADeviceThatFallsSilent() throws IOException {
    // Given
    play("0, H20, a, 9 MiB, 1 MiB", "1, H20, b, 9 MiB, 1 MiB");
    try (NodeSampler sampler = sampler(folder)) {
      play("0, H20, a, 9 MiB, 1 MiB");

      // When
      sampler.ask();
      sampler.ask();

      // Then
      assertThat(told).hasSize(1);
      assertThat(healths(told.getFirst()))
          .isEqualTo(Map.of("box/0", Health.HEALTHY, "box/1", Health.FAILED));
      assertThat(told.getFirst().description().devices().get(1).healthReason())
          .isEqualTo("it no longer answers");
      assertThat(sampler.observe(1, 1)).extracting(DeviceWindow::deviceId).containsExactly("box/0");

      // And when it is back
      play("0, H20, a, 9 MiB, 1 MiB", "1, H20, b, 9 MiB, 1 MiB");
      sampler.ask();
      sampler.ask();

      // Then
      assertThat(told).hasSize(2);
      assertThat(healths(told.getLast()))
          .isEqualTo(Map.of("box/0", Health.HEALTHY, "box/1", Health.HEALTHY));
      assertThat(told.getLast().description().devices().get(1).healthReason()).isEmpty();
      assertThat(sampler.observe(1, 1)).hasSize(2);
    }
  }

  @Test
  void shouldAddADeviceThatAppears() throws IOException {
    // Given
    play("0, H20, a, 9 MiB, 1 MiB");
    try (NodeSampler sampler = sampler(folder)) {
      play("0, H20, c, 9 MiB, 1 MiB", "1, H20, a, 9 MiB, 1 MiB");

      // When
      sampler.ask();

      // Then: the old one keeps its number, whatever the tool calls it now
      ProbedNode node = told.getLast();
      assertThat(node.description().devices())
          .extracting(DeviceDescription::deviceId)
          .containsExactly("box/0", "box/1");
      assertThat(node.keys())
          .containsExactly(
              new ProbedNode.DeviceName("NVIDIA", "1"), new ProbedNode.DeviceName("NVIDIA", "0"));
    }
  }

  @Test
  void shouldHavePatienceWithAToolThatTellsNothing() throws IOException {
    // Given
    play("0, H20, a, 9 MiB, 1 MiB");
    try (NodeSampler sampler = sampler(folder)) {
      play();

      // When
      for (int i = 1; i < Presence.SILENT_ANSWERS; i++) {
        sampler.ask();
      }

      // Then
      assertThat(told).isEmpty();
      assertThat(sampler.observe(1, 1)).isEmpty();

      // And when
      sampler.ask();

      // Then
      assertThat(healths(told.getLast())).isEqualTo(Map.of("box/0", Health.FAILED));
    }
  }

  private NodeSampler sampler(Path recordings) {
    NodeProbes probes = NodeProbes.ofRecordings(recordings);
    DeviceNumbers numbers = DeviceNumbers.inMemory();
    Function<List<Inventory>, ProbedNode> describe =
        found ->
            ProbedNode.of("box", found, DeviceCatalog.shipped(), NOTHING_MEASURED, true, numbers);
    List<Inventory> found = probes.discover();
    start = describe.apply(found);
    return new NodeSampler(
        start, found, probes, new CpuHostProbe("amd64", 1L << 34, () -> null), describe, told::add);
  }

  private void play(String... rows) throws IOException {
    Files.writeString(folder.resolve("query"), QUERY + String.join("\n", rows) + "\n");
  }

  private static Map<String, Health> healths(ProbedNode node) {
    Map<String, Health> healths = new TreeMap<>();
    node.description().devices().forEach(device -> healths.put(device.deviceId(), device.health()));
    return healths;
  }
}
