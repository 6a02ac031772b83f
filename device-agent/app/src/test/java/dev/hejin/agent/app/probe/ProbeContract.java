package dev.hejin.agent.app.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.app.probe.tool.ReplayRunner;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What every probe that asks tools promises. */
abstract class ProbeContract {
  private static final int MOST_CUTS = 400;
  private static final int SEEDS = 40;

  abstract Probe probe(ToolRunner runner);

  /** Folder of outputs that the probe's tools printed for a few devices. */
  Path recordings() {
    return Path.of("replay", "ten-vendors");
  }

  private ToolRunner recorded() {
    return new ReplayRunner(recordings());
  }

  private Inventory full() {
    return probe(recorded()).discover();
  }

  @Test
  void shouldFindDevicesWithNamesAndFigures() {
    // When
    Inventory found = full();

    // Then
    assertThat(found.devices()).isNotEmpty();
    assertThat(found.problems()).isEmpty();
    assertThat(found.source()).isNotEmpty();
    assertThat(found.devices()).extracting(DeviceReading::key).doesNotHaveDuplicates();
    assertThat(found.devices())
        .allSatisfy(
            device -> {
              assertThat(device.name()).isNotEmpty();
              assertThat(device.figure(Metric.MEMORY_TOTAL_BYTES)).isNotNull().isPositive();
            });
    assertInRange(found);
  }

  @Test
  void shouldLeaveOutWhatTheToolDoesNotTell() {
    // Given: recordings with a device whose power is "N/A", "NA" or "-"

    // When
    List<Boolean> knowsPower =
        full().devices().stream()
            .map(device -> device.figures().containsKey(Metric.POWER_WATTS))
            .toList();

    // Then
    assertThat(knowsPower).contains(true, false);
  }

  @Test
  void shouldSampleDevicesThatItDiscovers() {
    // Given
    List<String> known = full().devices().stream().map(DeviceReading::key).toList();

    // When
    Inventory sample = probe(recorded()).sample();

    // Then
    assertThat(sample.devices()).isNotEmpty();
    assertThat(known).containsAll(sample.devices().stream().map(DeviceReading::key).toList());
    assertInRange(sample);
  }

  @Test
  void shouldFindNothingWithoutTool() {
    // When
    Inventory found = probe(command -> ToolOutput.missing()).discover();

    // Then
    assertThat(found.devices()).isEmpty();
    assertThat(found.problems()).isEmpty();
  }

  @Test
  void shouldTellThatAToolHangsOrFails() {
    for (ToolOutput output :
        List.of(
            new ToolOutput(ToolOutput.End.HUNG, -1, "", ""),
            new ToolOutput(ToolOutput.End.UNSTARTABLE, -1, "", "permission denied"),
            new ToolOutput(ToolOutput.End.EXITED, 255, "", "must be run as root"))) {
      // When
      Inventory found = probe(command -> output).discover();

      // Then
      assertThat(found.devices()).as("%s", output).isEmpty();
      assertThat(found.problems()).as("%s", output).isNotEmpty();
    }
  }

  @Test
  void shouldInventNothingWhenOutputIsCutAnywhere() {
    // Given
    Inventory full = full();

    for (ToolCommand command : commands()) {
      String text = recorded().run(command).text();
      int step = Math.max(1, text.length() / MOST_CUTS);
      for (int end = 0; end < text.length(); end += step) {
        String cut = text.substring(0, end);

        // When
        Inventory found =
            probe(
                    asked ->
                        asked.equals(command)
                            ? new ToolOutput(ToolOutput.End.HUNG, -1, cut, "")
                            : recorded(asked))
                .discover();

        // Then
        assertThat(found.devices())
            .as("%s cut at %d", command.line(), end)
            .allSatisfy(device -> assertKnown(device, full));
      }
    }
  }

  private final Map<String, ToolOutput> cache = new HashMap<>();

  private ToolOutput recorded(ToolCommand command) {
    return cache.computeIfAbsent(command.line(), line -> recorded().run(command));
  }

  /** Each figure is one that the whole output tells of the same device. */
  private static void assertKnown(DeviceReading device, Inventory full) {
    List<DeviceReading> same =
        full.devices().stream()
            .filter(each -> each.key().equals(device.key()) || device.key().contains("?"))
            .toList();
    device
        .figures()
        .forEach(
            (metric, value) ->
                assertThat(same).extracting(each -> each.figure(metric)).contains(value));
  }

  @Test
  void shouldReadTerminalCodesAndOtherLineEnds() {
    // Given
    UnaryOperator<String> coloured =
        text -> text.replaceAll("(?m)^(.*)$", "\u001B[1;31m$1\u001B[0m").replace("\n", "\r\n");

    // When
    Inventory found = probe(changed(coloured)).discover();

    // Then
    assertThat(found.devices()).isEqualTo(full().devices());
    assertThat(found.links()).isEqualTo(full().links());
  }

  @Test
  void shouldSurviveGarbage() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);

      // When
      Inventory noise = probe(changed(text -> noise(random))).discover();
      Inventory damaged = probe(changed(text -> damage(text, random))).discover();

      // Then
      assertThat(noise.devices()).as("seed %d", seed).isEmpty();
      assertInRange(damaged);
    }
  }

  private static String noise(Random random) {
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      noise.append((char) random.nextInt(1, 0x3000));
    }
    return noise.toString();
  }

  private static String damage(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = 0; i < Math.min(30, text.length()); i++) {
      damaged.setCharAt(random.nextInt(text.length()), (char) random.nextInt(1, 0x100));
    }
    return damaged.toString();
  }

  private ToolRunner changed(UnaryOperator<String> change) {
    return command -> {
      ToolOutput output = recorded(command);
      return new ToolOutput(
          output.end(), output.exitCode(), change.apply(output.text()), output.errors());
    };
  }

  private Set<ToolCommand> commands() {
    Set<ToolCommand> commands = new LinkedHashSet<>();
    probe(
            command -> {
              commands.add(command);
              return recorded(command);
            })
        .discover();
    return commands;
  }

  private static void assertInRange(Inventory inventory) {
    assertThat(inventory.devices())
        .allSatisfy(
            device ->
                assertThat(device.figures())
                    .allSatisfy(
                        (metric, value) ->
                            assertThat(metric.allows(value)).as("%s %s", metric, value).isTrue()));
  }
}
