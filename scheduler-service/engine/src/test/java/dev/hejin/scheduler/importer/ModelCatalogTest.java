package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ModelCatalogTest {
  private final ModelCatalog catalog = ModelCatalog.bundled();

  @Test
  void shouldImportEveryEntry() {
    // When
    List<String> names = catalog.names();

    // Then
    assertThat(names).hasSize(52).isSorted().doesNotHaveDuplicates();
    assertThat(names).allSatisfy(name -> assertThat(catalog.model(name).name()).isEqualTo(name));
    assertThat(names).allSatisfy(name -> assertThat(catalog.source(name)).contains("/"));
  }

  @Test
  void shouldAnswerToRepositoryInAnyCase() {
    // When
    ModelSpec model = catalog.model("Deepseek-AI/DeepSeek-v3");

    // Then
    assertThat(model).isEqualTo(catalog.model("deepseek-v3"));
    assertThat(catalog.source("deepseek-v3")).isEqualTo("deepseek-ai/DeepSeek-V3");
  }

  @Test
  void shouldOfferNearestNames() {
    // When, then
    assertThatThrownBy(() -> catalog.model("deepseek-v33"))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("'deepseek-v33'")
        .hasMessageContaining("Maybe you mean deepseek-v3, ")
        .hasMessageContaining("mixtral-8x7b");
  }

  @Test
  void shouldReadValuesByForm() {
    // Given
    Properties properties = new Properties();
    properties.setProperty("catalogue.source", "someone/model");
    properties.setProperty("flag", "true");
    properties.setProperty("size", "10000000000");
    properties.setProperty("empty", "[]");
    properties.setProperty("part.list", "[1, a]");
    properties.setProperty("part.name", "x");

    // When
    CatalogEntry entry = CatalogEntry.of("model", properties);

    // Then
    assertThat(entry.source()).isEqualTo("someone/model");
    assertThat(entry.config())
        .isEqualTo(
            Map.of(
                "flag",
                true,
                "size",
                10_000_000_000L,
                "empty",
                List.of(),
                "part",
                Map.of("list", List.of(1L, "a"), "name", "x")));
  }
}
