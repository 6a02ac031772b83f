package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.scheduler.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The catalogue against the published files, which are not part of the project: {@code
 * -Dhejin.shared=<dir>} names a directory with {@code data/models/<owner>--<model>.json}. Skipped
 * without one.
 */
class RealConfigsTest {

  static Stream<String> names() {
    return ModelCatalog.bundled().names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldEqualCatalogue(String name) throws IOException {
    // Given
    ModelCatalog catalog = ModelCatalog.bundled();
    Path directory = directory();
    assumeTrue(Files.isDirectory(directory), () -> "no published configs in " + directory);
    Path file = directory.resolve(catalog.source(name).replace("/", "--") + ".json");
    assumeTrue(Files.isRegularFile(file), () -> file + " is not there");
    Map<String, Object> config =
        new ObjectMapper().readValue(file.toFile(), new TypeReference<Map<String, Object>>() {});

    // When
    ModelSpec imported = ModelImporter.fromConfig(name, config);

    // Then
    assertThat(imported).isEqualTo(catalog.model(name));
  }

  private static Path directory() {
    String shared = System.getProperty("hejin.shared", "");
    Path base =
        shared.isEmpty()
            ? Path.of(System.getProperty("hejin.root", ".")).resolveSibling("shared")
            : Path.of(shared);
    return base.resolve("data").resolve("models");
  }
}
