package dev.hejin.agent.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.simulation.DeviceCondition;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.ExpertTokens;
import dev.hejin.agent.simulation.PartSeconds;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TelemetryTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void shouldKeySamplesByNodeAndByDeploymentAndLayer() throws InterruptedException {
    // Given
    TelemetryBuffer buffer = new TelemetryBuffer(10);
    DeviceWindow window =
        new DeviceWindow(
            "n",
            "n/0",
            "m",
            4,
            100,
            new PartSeconds(0.1, 0.2, 0.3),
            5,
            6,
            40,
            true,
            List.of(new ExpertTokens(7, List.of(1, 2), List.of(10L, 20L))),
            new DeviceCondition(
                Health.DEGRADED,
                List.of("slowed: HW Thermal Slowdown"),
                Map.of(Metric.ECC_UNCORRECTED_COUNT, 3.0, Metric.PCIE_ERRORS_COUNT, 0.0)));
    var settings =
        new TelemetrySettings("unused", Map.of(), "device", "expert", Duration.ofSeconds(1), 10);
    Telemetry telemetry =
        new Telemetry(
            (number, seconds) -> List.of(window), settings, InstantSource.fixed(NOW), buffer);

    // When
    telemetry.sample();
    telemetry.sample();

    // Then
    List<TelemetryRecord> records = buffer.take(10);
    assertThat(records).extracting(TelemetryRecord::key).containsExactly("m/7", "n", "m/7", "n");
    assertThat(records.get(3).value())
        .isInstanceOfSatisfying(
            DeviceSamples.class,
            samples -> {
              DeviceSample sample = samples.getSamples(0);
              assertThat(sample.getSequence()).isEqualTo(2);
              assertThat(sample.getSteps()).isEqualTo(100);
              assertThat(sample.getSimulated()).isTrue();
              assertThat(sample.getCondition().getHealth().name()).isEqualTo("HEALTH_DEGRADED");
              assertThat(sample.getCondition().getRemarks(0)).contains("Thermal");
              assertThat(sample.getCondition().getEccUncorrectedCount()).isEqualTo(3);
              assertThat(sample.getCondition().hasPcieErrorsCount()).isTrue();
              assertThat(sample.getCondition().hasEccCorrectedCount()).isFalse();
              assertThat(sample.getCondition().hasPowerWatts()).isFalse();
              assertThat(sample.getWindowEndTime().getSeconds()).isEqualTo(NOW.getEpochSecond());
            });
    assertThat(records.get(2).value())
        .isInstanceOfSatisfying(
            ExpertSample.class,
            sample -> {
              assertThat(sample.getTokensList()).containsExactly(10L, 20L);
              assertThat(sample.getSequence()).isEqualTo(2);
            });
  }
}
