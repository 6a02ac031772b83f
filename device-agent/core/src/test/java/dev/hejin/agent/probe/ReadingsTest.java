package dev.hejin.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Health;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  @Test
  void shouldKeepWhatWasToldFirstAndLeaveOutTheImpossible() {
    // Given
    Readings readings = new Readings();

    // When
    readings
        .at("0")
        .name("N/A")
        .name("X1")
        .busId("00000000:3E:00.0 --> SN: 1")
        .figure(Metric.POWER_WATTS, 4_294_967.295)
        .figure(Metric.POWER_WATTS, null)
        .figure(Metric.POWER_WATTS, 100.0)
        .figure(Metric.POWER_WATTS, 101.0)
        .figure(Metric.MEMORY_TOTAL_BYTES, 0.0);

    // Then
    DeviceReading device = readings.inventory("V", "tool").devices().getFirst();
    assertThat(device.name()).isEqualTo("X1");
    assertThat(device.busId()).isEqualTo("0000:3e:00.0");
    assertThat(device.figure(Metric.POWER_WATTS)).isEqualTo(100.0);
    assertThat(device.figure(Metric.MEMORY_TOTAL_BYTES)).isNull();
  }

  @Test
  void shouldDoubtMemoryInUseThatIsMoreThanThereIs() {
    // Given
    Readings readings = new Readings();

    // When
    readings.at("0").figure(Metric.MEMORY_TOTAL_BYTES, 1e9).figure(Metric.MEMORY_USED_BYTES, 2e9);

    // Then
    DeviceReading device = readings.inventory("V", "tool").devices().getFirst();
    assertThat(device.figure(Metric.MEMORY_USED_BYTES)).isNull();
    assertThat(device.remarks()).anyMatch(remark -> remark.contains("unknown"));
  }

  @Test
  void shouldCallADeviceWithUncorrectedErrorsDegraded() {
    // Given
    Readings readings = new Readings();

    // When
    readings.at("0").figure(Metric.ECC_UNCORRECTED_COUNT, 3.0);

    // Then
    DeviceReading device = readings.inventory("V", "tool").devices().getFirst();
    assertThat(device.health()).isEqualTo(Health.DEGRADED);
    assertThat(device.remarks()).containsExactly("ECC: 3 uncorrectable errors");
  }
}
