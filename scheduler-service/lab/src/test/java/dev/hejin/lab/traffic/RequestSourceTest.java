package dev.hejin.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.lab.scenario.Traffic;
import dev.hejin.lab.scenario.Traffic.Arrivals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSourceTest {
  private static Traffic traffic(Arrivals arrivals, List<Traffic.Surge> surges, String trace) {
    return new Traffic(
        arrivals,
        50,
        4,
        20,
        60,
        0.5,
        1000,
        surges,
        trace,
        2,
        new Traffic.Lengths(500, 0.8, 100_000),
        new Traffic.Lengths(200, 0, 100_000));
  }

  /** Requests of each second. */
  private static int[] counts(RequestSource source, int seconds) {
    int[] counts = new int[seconds];
    while (source.seconds() < seconds) {
      counts[(int) source.seconds()]++;
      source.next();
    }
    return counts;
  }

  private static double mean(int[] counts, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += counts[i];
    }
    return sum / (to - from);
  }

  private static double dispersion(int[] counts) {
    double mean = mean(counts, 0, counts.length);
    double squares = 0;
    for (int count : counts) {
      squares += (count - mean) * (count - mean);
    }
    return squares / counts.length / mean;
  }

  @ParameterizedTest
  @CsvSource({"POISSON, 0.9, 1.1", "BURSTY, 5, 60", "DIURNAL, 4, 12"})
  void shouldKeepTheMeanRateAndVaryAsItsProcessDoes(Arrivals arrivals, double low, double high) {
    // Given
    RequestSource source = RequestSource.of(traffic(arrivals, List.of(), ""), 5, 0);

    // When
    int[] counts = counts(source, 20_000);

    // Then
    assertThat(mean(counts, 0, counts.length)).isCloseTo(50, within(2.5));
    assertThat(dispersion(counts)).isBetween(low, high);
  }

  @Test
  void shouldFollowTheDayAndSurges() {
    // Given
    List<Traffic.Surge> surges = List.of(new Traffic.Surge(5000, 5500, 3));
    RequestSource day = RequestSource.of(traffic(Arrivals.DIURNAL, List.of(), ""), 5, 0);
    RequestSource surge = RequestSource.of(traffic(Arrivals.POISSON, surges, ""), 5, 0);

    // When
    int[] byDay = counts(day, 1000);
    int[] bySurge = counts(surge, 6000);

    // Then
    assertThat(mean(byDay, 450, 550)).isCloseTo(75, within(4.0));
    assertThat(mean(byDay, 0, 50)).isCloseTo(25, within(4.0));
    assertThat(mean(bySurge, 5000, 5500)).isCloseTo(150, within(4.0));
    assertThat(mean(bySurge, 5500, 6000)).isCloseTo(50, within(2.0));
  }

  @Test
  void shouldDrawLengthsOfTheMeanThatWasAskedForAndTheSameOnesForOneSeed() {
    // Given
    RequestSource one = RequestSource.of(traffic(Arrivals.POISSON, List.of(), ""), 5, 0);
    RequestSource two = RequestSource.of(traffic(Arrivals.POISSON, List.of(), ""), 5, 0);
    double prompts = 0;
    int count = 50_000;

    // When, Then
    for (int i = 0; i < count; i++) {
      assertThat(one.seconds()).isEqualTo(two.seconds());
      assertThat(one.promptTokens()).isEqualTo(two.promptTokens());
      assertThat(one.outputTokens()).isEqualTo(200);
      prompts += one.promptTokens();
      one.next();
      two.next();
    }
    assertThat(prompts / count).isCloseTo(500, within(8.0));
  }

  @Test
  void shouldReadBothKindsOfTraces(@TempDir Path folder) throws IOException {
    // Given
    Path azure = folder.resolve("azure.csv");
    Files.writeString(
        azure,
        """
        TIMESTAMP,ContextTokens,GeneratedTokens
        2023-11-16 18:15:46.6805900,374,44
        2023-11-16 18:15:50.6805900,396,109
        """);
    Path mooncake = folder.resolve("mooncake.jsonl");
    Files.writeString(
        mooncake,
        """
        {"timestamp": 1000, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}
        {"timestamp": 5000, "input_length": 7322, "output_length": 490, "hash_ids": [0]}
        """);

    for (Path path : List.of(azure, mooncake)) {
      // When
      RequestSource source =
          RequestSource.of(traffic(Arrivals.TRACE, List.of(), path.toString()), 1, 0);
      source.next();

      // Then: twice as fast as recorded
      assertThat(source.seconds()).isEqualTo(2.0, within(1e-9));
      assertThat(source.promptTokens()).isIn(396, 7322);
      source.next();
      assertThat(source.seconds()).isInfinite();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2023-11-16 18:15:46.68,374,44;2023-11-16 18:15:45.68,1,1|line 3|before the one above",
        "2023-11-16 18:15:46.68,374,44;2023-11-16 18:15|line 3|1 columns",
        "2023-11-16 18:15:46.68,374|line 2|2 columns",
        "2023-11-16 18:15:46.68,374,x|line 2|not readable",
        "2023-11-16 18:15:46.68,-1,4|line 2|negative",
      })
  void shouldNameTheLineOfABrokenTrace(
      String lines, String line, String problem, @TempDir Path folder) throws IOException {
    // Given
    Path path = folder.resolve("broken.csv");
    Files.writeString(path, "TIMESTAMP,ContextTokens,GeneratedTokens\n" + lines.replace(';', '\n'));

    // When, Then
    assertThatThrownBy(
            () -> RequestSource.of(traffic(Arrivals.TRACE, List.of(), path.toString()), 1, 0))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContainingAll(line, problem, "Maybe");
  }

  @Test
  void shouldNameTheLineWhereMooncakesTraceWasCut(@TempDir Path folder) throws IOException {
    // Given
    Path path = folder.resolve("cut.jsonl");
    Files.writeString(
        path,
        """
        {"timestamp": 1000, "input_length": 6758, "output_length": 500}
        {"timestamp": 5000, "input_le""");

    // When, Then
    assertThatThrownBy(
            () -> RequestSource.of(traffic(Arrivals.TRACE, List.of(), path.toString()), 1, 0))
        .hasMessageContainingAll("line 2", "no whole JSON object");
  }
}
