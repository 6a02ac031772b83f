package dev.hejin.catalog.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.pool.PoolFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFilesTest {

  @Test
  void shouldLoadTheDefaultScenario() {
    // When
    Scenario scenario = ScenarioFiles.load("default");

    // Then
    assertThat(scenario.expertLoad()).isEqualTo(new ExpertLoadSource.Synthetic(1, 1.0));
    assertThat(scenario.traffic()).isEqualTo(new Traffic(6144, 4096));
    assertThat(scenario.events())
        .extracting(ScenarioEvent::action)
        .containsExactly("shift-load", "slow-device", "kill-node", "return-node");
    assertThat(scenario.events().get(1))
        .isInstanceOfSatisfying(
            ScenarioEvent.SlowDevice.class,
            slow -> {
              assertThat(slow.device()).isEqualTo("h20-0/3");
              assertThat(slow.speed()).isEqualTo(0.7);
            });
    scenario.checkAgainst(PoolFiles.load("default"));
  }

  @Test
  void shouldFillInWhatIsLeftOut() {
    // When
    Scenario scenario = parse("events: [{action: shift-load, seed: -9}]");

    // Then
    assertThat(scenario.settleSeconds()).isEqualTo(20);
    assertThat(scenario.steadyLimits()).isEqualTo(CheckLimits.NONE);
    assertThat(scenario.events())
        .containsExactly(
            new ScenarioEvent.ShiftLoad(
                new ExpertLoadSource.Synthetic(-9, 1.0), 20, CheckLimits.NONE));
  }

  @Test
  void shouldResolveARecordingAgainstTheFile(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("s.yaml");
    Files.writeString(
        file, "{name: s, seed: 1, expertLoad: {file: load.json}, traffic: {batchTokens: 1}}");

    // When
    Scenario scenario = ScenarioFiles.load(file.toString());

    // Then
    assertThat(scenario.expertLoad())
        .isEqualTo(new ExpertLoadSource.Recorded(folder.resolve("load.json")));
  }

  @Test
  void shouldRefuseEventsForPartsThatThePoolLacks() {
    // Given
    Scenario slow = parse("events: [{action: slow-device, device: h20-0/8, speed: 0.7}]");
    Scenario kill = parse("events: [{action: kill-node, node: mthreads-1}]");

    // Then
    assertThatThrownBy(() -> slow.checkAgainst(PoolFiles.load("default")))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("$.events[0].device = h20-0/8")
        .hasMessageContaining("h20-0/0");
    assertThatThrownBy(() -> kill.checkAgainst(PoolFiles.load("default")))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("mthreads-0");
  }

  @Test
  void shouldRefuseBadEvents() {
    refuses("events: [{action: explode}]", "$.events[0].action");
    refuses("events: [{node: a}]", "$.events[0].action");
    refuses("events: [{action: kill-node}]", "$.events[0].node");
    refuses("events: [{action: kill-node, node: a, seed: 1}]", "$.events[0].seed");
    refuses("events: [{action: slow-device, device: a/0}]", "$.events[0].speed");
    refuses("events: [{action: slow-device, device: a, speed: 1}]", "$.events[0].device");
    refuses("events: [{action: slow-device, device: a/1, speed: 0}]", "$.events[0].speed");
    refuses("events: [{action: shift-load}]", "$.events[0].seed");
    refuses("events: [{action: shift-load, seed: 1, file: x.json}]", "$.events[0].file");
    refuses("events: [{action: shift-load, seed: one}]", "$.events[0].seed");
    refuses("events: [{action: return-node, node: a}]", "$.events[0].node");
    refuses(
        "events: [{action: kill-node, node: a}, {action: kill-node, node: a}]", "$.events[1].node");
    refuses(
        "events: [{action: kill-node, node: a, limits: {maxImbalance: 0.3}}]",
        "$.events[0].limits.maxImbalance");
    refuses(
        "events: [{action: kill-node, node: a, settleSeconds: -1}]", "$.events[0].settleSeconds");
    refuses("evnts: []", "$.evnts");
  }

  private static void refuses(String events, String field) {
    assertThatThrownBy(() -> parse(events))
        .isInstanceOfSatisfying(
            InvalidFileException.class, error -> assertThat(error.field()).isEqualTo(field))
        .hasMessageContaining("\nMaybe ");
  }

  private static Scenario parse(String events) {
    return ScenarioFiles.parse(
        InputFile.of(
            "test.yaml",
            "{name: s, seed: 1, expertLoad: {seed: 3}, traffic: {batchTokens: 1}, "
                + events
                + "}"));
  }
}
