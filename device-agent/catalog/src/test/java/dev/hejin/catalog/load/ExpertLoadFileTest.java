package dev.hejin.catalog.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpertLoadFileTest {

  @TempDir Path folder = Path.of("");

  @Test
  void shouldReadLayersAndExperts() throws IOException {
    // When
    ExpertLoad load = read("{\"rank\": [0], \"logical_count\": [[0, 0], [1, 2.5]], \"x\": {}}");

    // Then
    assertThat(load.layers()).isEqualTo(2);
    assertThat(load.isMoeLayer(0)).isFalse();
    assertThat(load.layer(1)).containsExactly(1, 2.5);
  }

  @Test
  void shouldSumSteps() throws IOException {
    // When
    ExpertLoad load = read("{\"logical_count\": [[[1, 2], [3, 4]], [[10, 20], [30, 40]]]}");

    // Then
    assertThat(load.layer(0)).containsExactly(11, 22);
    assertThat(load.layer(1)).containsExactly(33, 44);
  }

  @Test
  void shouldReadManyExperts() throws IOException {
    // Given
    String row = "1,".repeat(999) + "1";

    // When
    ExpertLoad load = read("{\"logical_count\": [[" + row + "],[" + row + "]]}");

    // Then
    assertThat(load.experts()).isEqualTo(1000);
    assertThat(load.total(1)).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[[1,2],[3]]; $.logical_count[1]; 1 experts",
        "[[1,2],[3,4,5]]; $.logical_count[1]; 3 experts",
        "[[1,-2]]; $.logical_count[0][1]; -2",
        "[[1,NaN]]; $.logical_count[0][1]; NaN",
        "[[1,Infinity]]; $.logical_count[0][1]; Infinity",
        "[[1,1e999]]; $.logical_count[0][1]; 1e999",
        "[[1,null]]; $.logical_count[0][1]; null",
        "[[1,\"2\"]]; $.logical_count[0][1]; 2",
        "[[0,0],[1,1],[0,0]]; $.logical_count[2]; 0",
        "[[0,0],[0,0]]; $.logical_count; 0",
        "[]; $.logical_count; []",
        "[[]]; $.logical_count[0]; []",
        "[[[]]]; $.logical_count[0][0]; []",
        "[[[1],[2]],[[3]]]; $.logical_count[1]; 1 layers",
        "[[[1]],[[2],[3]]]; $.logical_count[1][1]; ''",
        "[[[1]],[2]]; $.logical_count[1][0]; 2",
        "[[1],2]; $.logical_count[1]; 2",
        "[1]; $.logical_count[0]; 1",
        "7; $.logical_count; 7",
        "[[[[1]]]]; $.logical_count[0][0][0]; ["
      })
  void shouldRefuseBadCounts(String counts, String field, String value) {
    assertThatThrownBy(() -> read("{\"logical_count\": " + counts + "}"))
        .isInstanceOfSatisfying(
            InvalidFileException.class,
            error -> {
              assertThat(error.field()).isEqualTo(field);
              assertThat(error.value()).isEqualTo(value);
            })
        .hasMessageContaining("\nMaybe ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; the file is empty",
        "{}; the field is missing",
        "[[1]]; the field is missing",
        "{\"logical_count\": [[1,2; not well-formed",
        "{\"logical_count\": [[1,2]], \"logical_count\": [[1]]}; not well-formed",
        "nonsense; not well-formed"
      })
  void shouldRefuseOtherFiles(String text, String problem) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void shouldCheckTheMoeLayersThatTheModelNames() throws IOException {
    // Given
    Path file = write("{\"logical_count\": [[1, 1], [0, 0], [1, 1], [0, 0]]}");

    // Then
    assertThat(ExpertLoadFile.read(file, layer -> layer % 2 == 0).layers()).isEqualTo(4);
    assertThatThrownBy(() -> ExpertLoadFile.read(file, layer -> layer >= 2))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("$.logical_count[3]");
  }

  @Test
  void shouldRefuseOverLargeAndMissingFiles() throws IOException {
    // Given
    Path file = folder.resolve("large.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(ExpertLoadFile.LIMIT_BYTES + 1);
    }

    // Then
    assertThatThrownBy(() -> ExpertLoadFile.read(file))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("the limit is");
    assertThatThrownBy(() -> ExpertLoadFile.read(folder.resolve("none.json")))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("there is no such file");
  }

  private ExpertLoad read(String text) throws IOException {
    return ExpertLoadFile.read(write(text));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("load.json"), text);
  }
}
