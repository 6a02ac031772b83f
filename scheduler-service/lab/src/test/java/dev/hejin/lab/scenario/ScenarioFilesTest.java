package dev.hejin.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioFilesTest {

  @ParameterizedTest
  @MethodSource("dev.hejin.lab.scenario.ScenarioFiles#names")
  void shouldShipScenariosWithStoriesWhoseVariantsAreValid(String name) {
    // Given
    Scenario scenario = ScenarioFiles.load(name);

    // When, Then
    assertThat(scenario.name()).isEqualTo(name);
    assertThat(scenario.story().length()).isGreaterThan(100);
    for (var variant : scenario.experiment().variants()) {
      assertThat(ScenarioFiles.parse(ScenarioFiles.open(name), variant.settings()).name())
          .isEqualTo(name);
    }
  }

  @Test
  void shouldPutSettingsInPlaceOfTheFilesValues() {
    // Given
    InputFile file = ScenarioFiles.open("equal-pool");

    // When
    Scenario scenario =
        ScenarioFiles.parse(
            file,
            Map.of(
                "control.rebalance", "false",
                "pool.nodes[0].speed", "0.5",
                "traffic.requestsPerSecond", "7"));

    // Then
    assertThat(scenario.control().rebalance()).isFalse();
    assertThat(scenario.pool().devices()).allMatch(device -> device.trueSpeed() == 0.5);
    assertThat(scenario.services().getFirst().traffic().requestsPerSecond()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "control.polic, x, policy",
    "control.policy, x, hejin",
    "traffic.requestsPerSecond, -1, above 0",
    "pool.nodes[7].speed, 1, elements",
    "control..policy, x, leads nowhere",
    "control.policy, '[', no value",
    "model, deepsek-v3, deepseek-v3",
    "warmupSeconds, 9999, warmupSeconds",
    "traffic.arrivals, trace, there is no file",
    "faults.events, '[{atSeconds: 1, nodes: [nix]}]', no node nix",
    "'faults.events', '[{atSeconds: 3, untilSeconds: 2, nodes: [h20-0]}]', ends before",
    "experiment.variants, none, all-policies",
    "serving.overlap, 2, overlap",
  })
  void shouldRefuseBadValuesNamingFieldAndFix(String path, String value, String said) {
    // Given
    InputFile file = ScenarioFiles.open("equal-pool");

    // When, Then
    assertThatThrownBy(() -> ScenarioFiles.parse(file, Map.of(path, value)))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContainingAll(said, "Maybe");
  }

  @Test
  void shouldNameTheNearestScenario() {
    assertThatThrownBy(() -> ScenarioFiles.load("half-sped-half"))
        .hasMessageContainingAll("half-speed-half", "Maybe");
  }
}
