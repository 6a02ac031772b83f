package dev.hejin.catalog.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.chip.Precision;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentFilesTest {

  private static final String SMALL =
      "{name: d, model: deepseek-v3, workload: {batchTokens: 8, contextTokens: 16}}";

  @Test
  void shouldLoadTheDefaultDeployment() {
    // When
    DeploymentSpec deployment = DeploymentFiles.load("default");

    // Then
    assertThat(deployment.model()).isEqualTo(new ModelReference.Named("deepseek-v3"));
    assertThat(deployment.workload()).isEqualTo(new Workload(6144, 4096));
    assertThat(deployment.objective()).isEqualTo(Objective.THROUGHPUT);
    assertThat(deployment.policy()).isEqualTo("hejin");
    assertThat(deployment.experts()).isEqualTo(new ExpertOptions(32, ExpertOptions.NO_LIMIT));
    assertThat(deployment.rebalance().enabled()).isTrue();
  }

  @Test
  void shouldFillInWhatIsLeftOut() {
    // When
    DeploymentSpec deployment = parse(SMALL);

    // Then
    assertThat(deployment.policy()).isEqualTo("hejin");
    assertThat(deployment.objective()).isEqualTo(Objective.THROUGHPUT);
    assertThat(deployment.allowedPrecisions())
        .containsExactly(Precision.FP8, Precision.INT8, Precision.BF16);
    assertThat(deployment.experts().redundantPerStage()).isZero();
    assertThat(deployment.rebalance()).isEqualTo(new RebalanceOptions(true, 1.15, 0.03, 10, 256));
  }

  @Test
  void shouldResolveAModelPathAgainstTheFile(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("d.yaml");
    Files.writeString(file, SMALL.replace("deepseek-v3", "models/config.json"));

    // When
    DeploymentSpec deployment = DeploymentFiles.load(file.toString());

    // Then
    assertThat(deployment.model())
        .isEqualTo(new ModelReference.ConfigFile(folder.resolve("models/config.json")));
  }

  @Test
  void shouldReadWhatAServiceIsFor() {
    // When
    DeploymentSpec alone = parse(SMALL);
    DeploymentSpec plain = parse(SMALL.replace("name: d", "name: d, service: {}"));
    DeploymentSpec fewest =
        parse(
            SMALL.replace(
                "name: d",
                "name: d, service: {goal: devices, demandTokensPerSecond: 8000, tpotMillis: 100,"
                    + " ttftMillis: 2000, promptTokens: 2048, outputTokens: 256, priority: 2}"));

    // Then
    assertThat(alone.service()).isEmpty();
    assertThat(plain.service())
        .contains(new ServiceOptions(ServiceOptions.Goal.THROUGHPUT, 0, 0, 0, 0, 0, 0));
    assertThat(fewest.service())
        .contains(new ServiceOptions(ServiceOptions.Goal.DEVICES, 8000, 100, 2000, 2048, 256, 2));
  }

  @Test
  void shouldRefuseServicesThatMakeNoSense() {
    refuses("name: d", "name: d, service: {goal: speed}", "$.service.goal");
    refuses("name: d", "name: d, service: {goal: devices}", "$.service.goal");
    refuses("name: d", "name: d, service: {tpotMillis: 0}", "$.service.tpotMillis");
    refuses("name: d", "name: d, service: {promptTokens: 9}", "$.service.promptTokens");
    refuses("name: d", "name: d, service: {outputTokens: 9}", "$.service.outputTokens");
    refuses("name: d", "name: d, service: {ttftMillis: 9}", "$.service.ttftMillis");
  }

  @Test
  void shouldRefuseBadFields() {
    refuses("batchTokens: 8", "batchTokens: 0", "$.workload.batchTokens");
    refuses("batchTokens: 8", "batchTokens: 99999999999999999999", "$.workload.batchTokens");
    refuses("batchTokens: 8, ", "", "$.workload.batchTokens");
    refuses("name: d", "name: d, objective: speed", "$.objective");
    refuses("name: d", "name: d, allowedPrecisions: []", "$.allowedPrecisions");
    refuses("name: d", "name: d, allowedPrecisions: [FP9]", "$.allowedPrecisions[0]");
    refuses("name: d", "name: d, policy: My Policy", "$.policy");
    refuses("name: d", "name: d, experts: {redundantPerStage: -1}", "$.experts.redundantPerStage");
    refuses(
        "name: d",
        "name: d, rebalance: {imbalanceThreshold: 0.15}",
        "$.rebalance.imbalanceThreshold");
    refuses("name: d", "name: d, rebalance: {enabled: 1}", "$.rebalance.enabled");
    refuses("name: d", "name: d, modle: x", "$.modle");
  }

  private static void refuses(String good, String bad, String field) {
    assertThatThrownBy(() -> parse(SMALL.replace(good, bad)))
        .isInstanceOfSatisfying(
            InvalidFileException.class, error -> assertThat(error.field()).isEqualTo(field))
        .hasMessageContaining("\nMaybe ");
  }

  private static DeploymentSpec parse(String text) {
    return DeploymentFiles.parse(InputFile.of("test.yaml", text));
  }
}
