package dev.hejin.catalog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedYamlTest {

  private static final Schema POOL = Schema.shipped("pool");

  @ParameterizedTest
  @ValueSource(
      strings = {"name: [", "name: a\nname: b", "name: a\n  b: c", "\t- x", "{a: 1", "a: *b", "%"})
  void shouldRefuseMalformedYaml(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("test.yaml: $")
        .hasMessageContaining("\nMaybe ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   \n", "# only a comment\n", "---\n", "null"})
  void shouldRefuseEmptyFiles(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("the file is empty");
  }

  @Test
  void shouldRefuseTwoDocuments() {
    assertThatThrownBy(() -> read("name: a\n---\nname: b\n"))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("more than one document");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "[1, 2]", "17"})
  void shouldRefuseFilesThatAreNoObject(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("Maybe write fields below it");
  }

  @ParameterizedTest
  @ValueSource(strings = {".nan", ".inf", "-.inf", "1e999"})
  void shouldRefuseNumbersThatAreNotFinite(String number) {
    assertThatThrownBy(
            () ->
                read("{name: p, nodes: [{name: n, chip: H20, devices: 8, speed: " + number + "}]}"))
        .isInstanceOfSatisfying(
            InvalidFileException.class, e -> assertThat(e.field()).isEqualTo("$.nodes[0].speed"));
  }

  @Test
  void shouldRefuseOverLargeFiles(@TempDir Path folder) throws IOException {
    // Given
    String text = "# " + "x".repeat(InputFile.LIMIT_BYTES);
    Path file = Files.writeString(folder.resolve("large.yaml"), text);

    // Then
    assertThatThrownBy(() -> InputFile.read(file))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("the limit is 1048576");
    assertThatThrownBy(() -> InputFile.of("body", text)).isInstanceOf(InvalidFileException.class);
  }

  @Test
  void shouldRefuseMissingFilesFoldersAndBinaries(@TempDir Path folder) throws IOException {
    // Given
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xc3, (byte) 0x28});

    // Then
    for (Path path : List.of(folder.resolve("none.yaml"), folder, binary)) {
      assertThatThrownBy(() -> InputFile.read(path))
          .isInstanceOf(InvalidFileException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @Test
  void shouldNotExpandNestedReferencesWithoutEnd() {
    String bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n";
    assertThatThrownBy(() -> read(bomb)).isInstanceOf(InvalidFileException.class);
    assertThatThrownBy(() -> read("[".repeat(5000))).isInstanceOf(InvalidFileException.class);
  }

  @ParameterizedTest
  @CsvSource({"H20x, H20", "asend-910b2, Ascend 910B2", "s4000, MTT S4000"})
  void shouldFindNearestNames(String wrong, String nearest) {
    assertThat(NearestNames.of(wrong, List.of("H20", "Ascend 910B2", "MTT S4000"), 1))
        .containsExactly(nearest);
  }

  @Test
  void shouldShortenLongValues() {
    InvalidFileException error =
        new InvalidFileException("f", "$.x", "y".repeat(500), "too long", "cut it");
    assertThat(error.value()).hasSize(83);
    assertThat(error.getMessage()).startsWith("f: $.x = yyy").endsWith("Maybe cut it.");
  }

  private static Fields read(String text) {
    return CheckedYaml.read(InputFile.of("test.yaml", text), POOL);
  }
}
