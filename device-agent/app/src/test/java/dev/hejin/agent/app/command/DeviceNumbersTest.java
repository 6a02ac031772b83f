package dev.hejin.agent.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNumbersTest {
  @TempDir Path folder = Path.of("");

  @Test
  void shouldGiveEachDeviceItsNumberAgainAfterARestart() {
    // Given
    Path file = folder.resolve("node").resolve("numbers.json");
    DeviceNumbers first = DeviceNumbers.keptIn(file);
    assertThat(first.of("NVIDIA a")).isZero();
    assertThat(first.of("NVIDIA b")).isEqualTo(1);
    first.save();

    // When: a is gone, c is new
    DeviceNumbers second = DeviceNumbers.keptIn(file);

    // Then
    assertThat(second.of("NVIDIA b")).isEqualTo(1);
    assertThat(second.of("NVIDIA c")).isEqualTo(2);
    assertThat(second.of("NVIDIA a")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"format\":\"another\"}",
        "{\"format\":\"hejin.device-numbers/1\",\"devices\":{\"a\":0,\"b\":0}}",
        "{\"format\":\"hejin.device-numbers/1\",\"devices\":{\"a\":-1}}",
        "{\"format\":\"hejin.device-numbers/1\",\"devices\":{\"a\":\"one\"}}"
      })
  void shouldRefuseAFileThatWasEdited(String text) throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("numbers.json"), text);

    // When / Then
    assertThatThrownBy(() -> DeviceNumbers.keptIn(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Maybe");
  }
}
