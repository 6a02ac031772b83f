package dev.hejin.agent.app.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What each vendor's genuine outputs tell when nobody says which command printed them: the table of
 * {@code docs/probes.md}. Skipped where the outputs are not.
 */
class GenuineSamplesTableTest {
  private static final Path TABLE = Path.of("docs", "probes.md");

  @Test
  void shouldReadWhatTheTableSays() throws IOException {
    // Given
    Path root = GenuineSamplesTest.samplesFolder();
    assumeTrue(Files.isDirectory(root), "no genuine samples here");
    Map<String, int[]> sums = new TreeMap<>();

    // When
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = root.relativize(file).toString();
        if (name.matches("(SOURCES|_cross|.*(gpustack-runtime|_version\\.txt)).*")) {
          continue;
        }
        for (PlainOutput.Reading reading : PlainOutput.read(SampleFile.content(file), name, "")) {
          add(sums, reading.inventory());
        }
      }
    }

    // Then
    List<String> rows =
        sums.entrySet().stream()
            .map(
                entry ->
                    "| %s | %d | %d | %d | %d |"
                        .formatted(
                            entry.getKey(),
                            entry.getValue()[0],
                            entry.getValue()[1],
                            entry.getValue()[2],
                            entry.getValue()[3]))
            .toList();
    rows.forEach(System.out::println);
    assertThat(Files.readString(TABLE)).contains(rows);
  }

  private static void add(Map<String, int[]> sums, Inventory inventory) {
    int[] sum = sums.computeIfAbsent(inventory.vendor(), vendor -> new int[4]);
    sum[inventory.devices().isEmpty() ? 1 : 0]++;
    for (DeviceReading device : inventory.devices()) {
      sum[2]++;
      sum[3] += device.figures().size();
    }
  }
}
