package dev.hejin.agent.app.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.PeerLink;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ToolOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The binding against a library of the same functions and layouts, compiled here; skipped without a
 * C compiler. It proves the calls, not the real driver.
 */
class NvmlProbeTest {
  private static final long GIB = 1L << 30;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private String fake(int initStatus) throws IOException, InterruptedException {
    Path library = folder.resolve("libfake-nvml-" + initStatus + ".so");
    Process compiler;
    try {
      compiler =
          new ProcessBuilder(
                  List.of(
                      "gcc",
                      "-shared",
                      "-fPIC",
                      "-DINIT=" + initStatus,
                      "-o",
                      library.toString(),
                      Path.of("src/test/resources/nvml/fake_nvml.c").toString()))
              .inheritIO()
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no C compiler");
      throw e;
    }
    assertThat(compiler.waitFor()).isZero();
    return library.toString();
  }

  @Test
  void shouldReadEveryFigureOfTheCards() throws Exception {
    // When
    Inventory found = new NvmlProbe(fake(0)).discover();

    // Then
    DeviceReading first = device(found, "0");
    assertThat(first.name()).isEqualTo("NVIDIA Test GPU");
    assertThat(first.uuid()).isEqualTo("GPU-0");
    assertThat(first.busId()).isEqualTo("0000:1b:00.0");
    assertThat(first.driverVersion()).isEqualTo("590.00.01");
    assertThat(first.figures())
        .containsEntry(Metric.MEMORY_TOTAL_BYTES, 80.0 * GIB)
        .containsEntry(Metric.MEMORY_USED_BYTES, 3.0 * GIB)
        .containsEntry(Metric.TEMPERATURE_CELSIUS, 61.0)
        .containsEntry(Metric.POWER_WATTS, 212.5)
        .containsEntry(Metric.POWER_LIMIT_WATTS, 700.0)
        .containsEntry(Metric.ENERGY_JOULES, 12345.0)
        .containsEntry(Metric.CORE_CLOCK_MEGAHERTZ, 1755.0)
        .containsEntry(Metric.CORE_CLOCK_MAX_MEGAHERTZ, 1980.0)
        .containsEntry(Metric.PCIE_GENERATION, 4.0)
        .containsEntry(Metric.PCIE_GENERATION_MAX, 5.0)
        .containsEntry(Metric.PCIE_LANES, 8.0)
        .containsEntry(Metric.ECC_CORRECTED_COUNT, 7.0)
        .containsEntry(Metric.ECC_UNCORRECTED_COUNT, 0.0)
        .containsEntry(Metric.NUMA_NODE, 0.0)
        .containsEntry(Metric.SCALE_UP_LINKS_COUNT, 2.0)
        .containsEntry(Metric.SCALE_UP_BYTES_PER_SECOND, 2 * 26.562e9);
    assertThat(first.processes())
        .containsExactly(new ProcessUse(4711, "", (double) GIB), new ProcessUse(4712, "", null));
  }

  @Test
  void shouldLeaveOutWhatTheCardDoesNotTell() throws Exception {
    // When
    Inventory found = new NvmlProbe(fake(0)).discover();

    // Then: not supported, an error value, functions that this library lacks
    assertThat(device(found, "0").figures()).doesNotContainKey(Metric.UTILIZATION_PERCENT);
    assertThat(device(found, "1").figures())
        .doesNotContainKeys(Metric.POWER_WATTS, Metric.PCIE_LANES_MAX, Metric.FAN_PERCENT)
        .containsEntry(Metric.UTILIZATION_PERCENT, 75.0)
        .containsEntry(Metric.MEMORY_BUSY_PERCENT, 20.0)
        .containsEntry(Metric.MEMORY_TOTAL_BYTES, 40.0 * GIB);
  }

  @Test
  void shouldTellSlicesThrottlingAndLostCards() throws Exception {
    // When
    Inventory found = new NvmlProbe(fake(0)).discover();

    // Then
    DeviceReading slice = device(found, "0/mig0");
    assertThat(slice.partitionOf()).isEqualTo("0");
    assertThat(slice.uuid()).isEqualTo("MIG-0");
    assertThat(slice.figure(Metric.MEMORY_TOTAL_BYTES)).isEqualTo(10.0 * GIB);
    assertThat(device(found, "1").health()).isEqualTo(Health.DEGRADED);
    assertThat(device(found, "1").remarks())
        .containsExactly("slowed: hardware thermal slowdown", "clocks: software power cap");
    assertThat(device(found, "2").health()).isEqualTo(Health.FAILED);
    assertThat(device(found, "2").remarks()).contains("GPU is lost");
  }

  @Test
  void shouldTellLinksBetweenCards() throws Exception {
    // When
    Inventory found = new NvmlProbe(fake(0)).discover();

    // Then
    assertThat(found.links())
        .extracting(PeerLink::from, PeerLink::to, PeerLink::name)
        .contains(tuple("0", "1", "NV2"), tuple("1", "0", "NV2"), tuple("0", "1", "SYS"));
  }

  @Test
  void shouldReportADriverThatDoesNotFitAndAskTheTool() throws Exception {
    // Given
    String mismatch = fake(18);
    var tool =
        new SmiProbe(
            command ->
                new ToolOutput(
                    ToolOutput.End.EXITED,
                    18,
                    "Failed to initialize NVML: Driver/library version mismatch\n",
                    ""));

    // When
    Inventory found = new NvidiaProbe(List.of(new NvmlProbe(mismatch), tool)).discover();

    // Then
    assertThat(found.devices()).isEmpty();
    assertThat(found.problems())
        .anyMatch(problem -> problem.startsWith("NVML: driver and library versions differ"))
        .anyMatch(problem -> problem.contains("exit code 18"));
  }

  @Test
  void shouldFindNothingWithoutLibrary() {
    // When
    Inventory found = new NvmlProbe("libno-such-library.so.1").discover();

    // Then
    assertThat(found).isEqualTo(Inventory.nothing("NVIDIA"));
  }

  private static DeviceReading device(Inventory inventory, String key) {
    return inventory.devices().stream()
        .filter(each -> each.key().equals(key))
        .findFirst()
        .orElseThrow();
  }
}
