package dev.hejin.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceRatesTest {
  private final Assumptions assumptions = new Assumptions();

  @Test
  void shouldStateWhatItAssumes() {
    // Given a device of which only the 16-bit rate is known
    Device device =
        device(
            Figure.UNKNOWN, Map.of(Precision.BF16, known(192e12), Precision.INT8, Figure.UNKNOWN));

    // When
    DeviceRates rates = rates(device, 1.0);

    // Then
    assertThat(rates.opsPerSecond(Precision.INT8))
        .isEqualTo(192e12 * CostConstants.NARROW_EFFICIENCY);
    assertThat(rates.memoryBytesPerSecond()).isEqualTo(800e9 * CostConstants.MEMORY_EFFICIENCY);
    assertThat(assumptions.texts())
        .containsExactly(
            "Acme A1: INT8 rate is unknown; assumed 192 Top/s, its 16-bit rate",
            "Acme A1: link bandwidth is unknown; assumed 32 GB/s (PCIe 4.0 x16)",
            "Acme A1: memory bandwidth is unknown; assumed 800 GB/s",
            "Acme A1: network bandwidth of its nodes is unknown; assumed 25 GB/s for each device");
  }

  @Test
  void shouldScaleArithmeticAndMemoryWithTheObservedSpeed() {
    // Given
    Device device = device(known(1e12), Map.of(Precision.BF16, known(100e12)));

    // When
    DeviceRates usual = rates(device, 1.0);
    DeviceRates slow = rates(device, 0.5);

    // Then
    assertThat(slow.memoryBytesPerSecond()).isEqualTo(usual.memoryBytesPerSecond() / 2);
    assertThat(slow.coreOpsPerSecond()).isEqualTo(usual.coreOpsPerSecond() / 2);
    assertThat(slow.linkBytesPerSecond()).isEqualTo(usual.linkBytesPerSecond());
  }

  @Test
  void shouldTakeWhatWasMeasuredAsItIs() {
    // Given
    Figure measured = Figure.of(80e12, Provenance.MEASURED, "test");
    Device device =
        device(
            Figure.of(0.9e12, Provenance.MEASURED, "test"),
            Map.of(Precision.BF16, measured, Precision.INT8, known(200e12)));

    // When
    DeviceRates rates = rates(device, 0.5);

    // Then
    assertThat(rates.opsPerSecond(Precision.BF16)).isEqualTo(40e12);
    assertThat(rates.coreOpsPerSecond()).isEqualTo(40e12);
    assertThat(rates.memoryBytesPerSecond()).isEqualTo(0.45e12);
    assertThat(rates.opsPerSecond(Precision.INT8))
        .isEqualTo(200e12 * CostConstants.NARROW_EFFICIENCY * 0.5);
  }

  @Test
  void shouldRefuseAFormatThatTheDeviceLacks() {
    // Given
    DeviceRates rates = rates(device(known(1e12), Map.of(Precision.BF16, known(1e14))), 1.0);

    // When / Then
    assertThatThrownBy(() -> rates.opsPerSecond(Precision.FP8))
        .hasMessageContaining("FP8")
        .hasMessageContaining("Maybe");
  }

  private DeviceRates rates(Device device, double factor) {
    return DeviceRates.of(
        device, new Node("n", List.of(device), Figure.UNKNOWN), factor, assumptions);
  }

  private static Figure known(double value) {
    return Figure.of(value, Provenance.CATALOGUE, "test");
  }

  private static Device device(Figure bandwidth, Map<Precision, Figure> rates) {
    return new Device(
        "n/0",
        "n",
        "Acme",
        "A1",
        known(64e9),
        bandwidth,
        rates,
        Figure.UNKNOWN,
        "",
        Figure.UNKNOWN,
        Health.HEALTHY,
        true);
  }
}
