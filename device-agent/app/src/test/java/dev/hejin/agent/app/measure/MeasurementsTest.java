package dev.hejin.agent.app.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.agent.app.probe.tool.ProcessRunner;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Readings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementsTest {
  private static final DeviceReading DEVICE = device("GPU-1", "1.0");

  @TempDir Path folder = Path.of("");

  @Test
  void shouldFindWhatWasKeptOfTheSameDriverOnly() {
    // Given
    Measurements kept = Measurements.of(folder);
    Measurement measured =
        new Measurement(
            "GPU-1",
            "1.0",
            "test",
            "2026-11-25",
            Map.of(Precision.FP8, 9e14),
            3e12,
            null,
            5e10,
            1e11);
    kept.keep(measured);

    // When
    Measurements read = Measurements.of(folder);

    // Then
    assertThat(read.find("GPU-1", "1.0")).contains(measured);
    assertThat(read.find("GPU-1", "1.1")).isEmpty();
    assertThat(read.find("GPU-2", "1.0")).isEmpty();
  }

  @Test
  void shouldSayWhichFileIsBroken() throws IOException {
    // Given
    Files.writeString(folder.resolve("measurements.json"), "{\"format\": \"hejin.mea");

    // Then
    assertThatThrownBy(() -> Measurements.of(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("measurements.json: no whole JSON")
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldMeasureTheHostWithPossibleFigures() {
    // Given
    CpuMeasurer measurer = new CpuMeasurer(2, 0.05, 1 << 20);

    // When
    Measurement measured = measurer.measure(device("", ""), "2026-11-25");

    // Then
    assertThat(measured.opsPerSecond()).containsOnlyKeys(Precision.FP32, Precision.BF16);
    assertThat(measured.opsPerSecond().values()).allMatch(rate -> rate > 1e6 && rate < 1e14);
    assertThat(measured.memoryBytesPerSecond()).isBetween(1e6, 1e13);
    assertThat(measured.hostToDeviceBytesPerSecond()).isNull();
    assertThat(measured.source()).contains("2026-11-25").contains("triad");
  }

  @Test
  void shouldReallyComputeWhatItTimes() {
    // Given
    BlockedProduct wide = new BlockedProduct(false);
    BlockedProduct narrow = new BlockedProduct(true);
    Triad triad = new Triad(1000);

    // When
    wide.run();
    narrow.run();
    triad.run();

    // Then
    double expected = 0;
    for (int k = 0; k < 256; k++) {
      expected += ((5 * 256 + k) % 17 - 8) * 0.01 * (((k + 9) % 13 - 6) * 0.02);
    }
    assertThat((double) wide.element(5, 9)).isCloseTo(expected, within(1e-4));
    assertThat((double) narrow.element(5, 9)).isCloseTo(expected, within(2e-2));
    assertThat(triad.element(10)).isEqualTo(10 + 3.0 * 20);
  }

  @Test
  void shouldTakeTheFiguresOfAnOperatorsCommand() throws MeasurementFailure {
    // Given
    String json =
        "{\"method\":\"vendor bench\",\"opsPerSecond\":{\"FP16\":1.5e14},\"memoryBytesPerSecond\":8e11}";

    // When
    Measurement measured = by("echo '" + json + "' #").measure(DEVICE, "2026-11-25");

    // Then
    assertThat(measured.device()).isEqualTo("GPU-1");
    assertThat(measured.driverVersion()).isEqualTo("1.0");
    assertThat(measured.method()).isEqualTo("vendor bench");
    assertThat(measured.opsPerSecond()).isEqualTo(Map.of(Precision.FP16, 1.5e14));
    assertThat(measured.deviceToDeviceBytesPerSecond()).isNull();
  }

  @Test
  void shouldTellWhyACommandHasMeasuredNothing() {
    for (Map.Entry<String, String> each :
        Map.of(
                "echo broken >&2; exit 4 #", "exit code 4: broken",
                "echo '{\"opsPerSecond\":{\"FP99\":1}}' #", "opsPerSecond.FP99 is no number format",
                "echo '{\"memoryBytesPerSecond\":\"much\"}' #", "memoryBytesPerSecond is \"much\"",
                "echo '{\"memoryBytesPerSecond\":-3}' #", "no possible rate",
                "echo hello #", "no whole JSON")
            .entrySet()) {
      assertThatThrownBy(() -> by(each.getKey()).measure(DEVICE, "2026-11-25"))
          .as(each.getKey())
          .isInstanceOf(MeasurementFailure.class)
          .hasMessageContaining(each.getValue())
          .hasMessageContaining("Maybe");
    }
  }

  private static CommandMeasurer by(String command) {
    return new CommandMeasurer(command, new ProcessRunner(Duration.ofSeconds(10)));
  }

  private static DeviceReading device(String uuid, String driver) {
    Readings readings = new Readings();
    readings.at("0").name("chip").uuid(uuid).driver(driver);
    return readings.inventory("vendor", "test").devices().getFirst();
  }
}
