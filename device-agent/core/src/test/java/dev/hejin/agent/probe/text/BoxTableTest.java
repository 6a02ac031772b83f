package dev.hejin.agent.probe.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BoxTableTest {
  private static final String TABLE =
      """
      noise before [INFO] with | a bar
      +-------------------------------+----------------------+
      | TOOL 1.0   Driver Version: 2.0                       |
      |-------------------------------+----------------------+
      | GPU  Name      Persistence-M  | Bus-Id        Disp.A |
      | Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage |
      |===============================+======================|
      |   0  Maker X1 80GB        On  | 0000:01:00.0 Off     |
      | N/A   52C    P0   628W / 700W |   10MiB / 20MiB      |
      +-------------------------------+----------------------+
      |   1  Maker X1 80GB        On  | 0000:02:00.0 Off     |
      | 30%   40C    P0   N/A / N/A   |   0MiB / 20MiB       |
      +-------------------------------+----------------------+
      """;

  @Test
  void shouldDealValuesToTheNamesOfTheirCell() {
    // When
    List<BoxTable.Entry> entries = BoxTable.read(TABLE);

    // Then
    assertThat(entries).hasSize(2);
    assertThat(entries.getFirst().values())
        .containsEntry("gpu", "0")
        .containsEntry("name", "Maker X1 80GB")
        .containsEntry("persistence-m", "On")
        .containsEntry("bus-id", "0000:01:00.0")
        .containsEntry("fan", "N/A")
        .containsEntry("temp", "52C")
        .containsEntry("pwr:usage/cap", "628W / 700W")
        .containsEntry("memory-usage", "10MiB / 20MiB");
    assertThat(entries.getLast().value("pwr:usage/cap")).isEqualTo("N/A / N/A");
  }

  @Test
  void shouldSkipColumnsAndCellsThatANewVersionAdds() {
    // Given
    String newer =
        TABLE
            .replace("Temp  Perf", "Temp  Hotspot  Perf")
            .replace("52C    P0", "52C    61C   P0")
            .replace("40C    P0", "40C    44C   P0")
            .replace("| GPU  Name", "| GPU  Name")
            .replaceAll("(?m)^(\\|.*Disp.A \\|)$", "$1 State |")
            .replaceAll("(?m)^(\\|.*Off     \\|)$", "$1 Fine  |")
            .replaceAll("(?m)^(\\|.*(?:MiB|Usage) +\\|)$", "$1       |");

    // When
    List<BoxTable.Entry> entries = BoxTable.read(newer);

    // Then
    assertThat(entries).hasSize(2);
    assertThat(entries.getFirst().values())
        .containsEntry("name", "Maker X1 80GB")
        .containsEntry("state", "Fine")
        .containsEntry("hotspot", "61C")
        .containsEntry("temp", "52C")
        .containsEntry("memory-usage", "10MiB / 20MiB");
  }

  @Test
  void shouldGiveNobodyAnythingWhenNumbersOfValuesAndNamesDiffer() {
    // Given
    String fewer = TABLE.replace("52C    P0   628W", "52C   628W");

    // When
    BoxTable.Entry entry = BoxTable.read(fewer).getFirst();

    // Then
    assertThat(entry.value("temp")).isEmpty();
    assertThat(entry.value("pwr:usage/cap")).isEmpty();
    assertThat(entry.value("memory-usage")).isEqualTo("10MiB / 20MiB");
  }

  @Test
  void shouldNotTrustACellThatNoBarCloses() {
    // Given
    String cut = TABLE.substring(0, TABLE.indexOf("20MiB") + 1);

    // When
    BoxTable.Entry entry = BoxTable.read(cut).getFirst();

    // Then
    assertThat(entry.value("temp")).isEqualTo("52C");
    assertThat(entry.value("memory-usage")).isNull();
  }
}
