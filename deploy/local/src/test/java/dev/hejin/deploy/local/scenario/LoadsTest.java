package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.client.CommandFailure;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadsTest {
  private static final ModelSpec DEEPSEEK = ModelCatalog.bundled().model("deepseek-v3");

  @Test
  void shouldLeaveDenseLayersEmpty() {
    ExpertLoad load = requireNonNull(Loads.of(DEEPSEEK, new ExpertLoadSource.Synthetic(1, 1)));

    assertThat(load.getLayersCount()).isEqualTo(61);
    assertThat(load.getLayers(0).getTokensCount()).isZero();
    assertThat(load.getLayers(3).getTokensCount()).isEqualTo(256);
    assertThat(Loads.trueLoad(load).experts()).isEqualTo(256);
  }

  @Test
  void shouldHaveNoneForDenseModel() {
    ModelSpec dense = ModelCatalog.bundled().model("qwen3-32b");

    assertThat(Loads.of(dense, new ExpertLoadSource.Synthetic(1, 1))).isNull();
  }

  @Test
  void shouldRefuseRecordingOfOtherModel(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("load.json"), "{\"logical_count\": [[1, 2], [3, 4]]}");

    assertThatThrownBy(() -> Loads.of(DEEPSEEK, new ExpertLoadSource.Recorded(file)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("recorded on another model");
  }
}
