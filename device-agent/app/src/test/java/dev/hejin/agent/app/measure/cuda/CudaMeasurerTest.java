package dev.hejin.agent.app.measure.cuda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hejin.agent.app.measure.Measurement;
import dev.hejin.agent.app.measure.MeasurementFailure;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Readings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a stand-in of the same signatures; and on a device, where there is one. */
class CudaMeasurerTest {
  private static final String UUID = "GPU-ab000000-0000-0000-0000-000000000000";

  @TempDir Path folder = Path.of("");

  @Test
  void shouldTellTheRatesThatTheDevicesClockTells() throws Exception {
    // Given
    String library = fake();

    // When
    Measurement measured = by(library).measure(device(UUID), "2026-11-25");

    // Then
    Map<Precision, Double> known =
        Map.of(
            Precision.FP32, 50e12,
            Precision.BF16, 800e12,
            Precision.FP16, 800e12,
            Precision.INT8, 1600e12,
            Precision.FP8, 1500e12);
    assertThat(measured.opsPerSecond()).containsOnlyKeys(known.keySet());
    known.forEach(
        (precision, rate) ->
            assertThat(measured.opsPerSecond().getOrDefault(precision, 0.0) / rate)
                .as("%s", precision)
                .isCloseTo(1, within(1e-3)));
    assertRate(measured.memoryBytesPerSecond(), 3e12);
    assertRate(measured.hostToDeviceBytesPerSecond(), 50e9);
    assertRate(measured.deviceToHostBytesPerSecond(), 25e9);
    assertRate(measured.deviceToDeviceBytesPerSecond(), 200e9);
  }

  @Test
  void shouldGiveBackAllThatItTakes() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      // Given: the library stays open, so that it remembers
      String library = fake();
      NativeLibrary open = NativeLibrary.open(List.of(library), arena).orElseThrow();

      // When
      by(library).measure(device(UUID), "2026-11-25");

      // Then
      MemorySegment taken = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment left = arena.allocate(ValueLayout.JAVA_INT);
      open.call("fakeTaken", taken);
      open.call("fakeLeft", left);
      assertThat(taken.get(ValueLayout.JAVA_INT, 0)).isGreaterThan(15);
      assertThat(left.get(ValueLayout.JAVA_INT, 0)).isZero();
    }
  }

  @Test
  void shouldLeaveOutAFormatThatTheLibraryRefuses() throws Exception {
    // When
    Measurement measured = by(fake("-DNO_INT8")).measure(device(UUID), "2026-11-25");

    // Then
    assertThat(measured.opsPerSecond()).doesNotContainKey(Precision.INT8).hasSize(4);
  }

  @Test
  void shouldSayWhatIsMissing() throws Exception {
    // Given
    String library = fake();

    // Then
    assertThatThrownBy(() -> by("/no/libcuda.so").measure(device(UUID), "2026-11-25"))
        .isInstanceOf(MeasurementFailure.class)
        .hasMessageContaining("the CUDA driver is not there")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> by(library).measure(device("MIG-1"), "2026-11-25"))
        .isInstanceOf(MeasurementFailure.class)
        .hasMessageContaining("knows no device MIG-1")
        .hasMessageContaining("Maybe");
  }

  /** Skipped where there is no device; then nothing is proven of real ones. */
  @Test
  void shouldReachPossibleRatesOnADevice() throws Exception {
    // Given
    assumeTrue(Files.exists(Path.of("/dev/nvidia0")), "no NVIDIA device here");
    String uuid = System.getProperty("hejin.gpu.uuid", "");
    assumeTrue(!uuid.isEmpty(), "-Dhejin.gpu.uuid names no device");

    // When
    Measurement measured = CudaMeasurer.ofThisMachine().measure(device(uuid), "2026-11-25");

    // Then
    System.out.println(measured);
    assertThat(measured.opsPerSecond().getOrDefault(Precision.BF16, 0.0)).isBetween(1e13, 1e16);
    assertThat(measured.memoryBytesPerSecond()).isBetween(1e11, 2e13);
  }

  private static void assertRate(@Nullable Double measured, double known) {
    assertThat(requireNonNull(measured) / known).isCloseTo(1, within(1e-3));
  }

  private static CudaMeasurer by(String library) {
    return new CudaMeasurer(List.of(library), List.of(library), List.of(library));
  }

  private String fake(String... options) throws IOException, InterruptedException {
    Path library = folder.resolve("libfake-cuda" + options.length + ".so");
    List<String> words = new ArrayList<>(List.of("gcc", "-shared", "-fPIC"));
    words.addAll(List.of(options));
    words.addAll(List.of("-o", library.toString(), "src/test/resources/cuda/fake_cuda.c"));
    Process compiler;
    try {
      compiler = new ProcessBuilder(words).inheritIO().start();
    } catch (IOException e) {
      assumeTrue(false, "no C compiler");
      throw e;
    }
    assertThat(compiler.waitFor()).isZero();
    return library.toString();
  }

  private static DeviceReading device(String uuid) {
    Readings readings = new Readings();
    readings.at("0").name("chip").uuid(uuid).driver("1");
    return readings.inventory("NVIDIA", "test").devices().getFirst();
  }
}
