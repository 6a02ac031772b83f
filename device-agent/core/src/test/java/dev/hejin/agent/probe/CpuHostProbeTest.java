package dev.hejin.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.Execution;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuHostProbeTest {
  @Test
  void shouldTellMemoryAndLeaveRatesUnknown() {
    // When
    DeviceDescription device =
        new CpuHostProbe("box", "amd64", 1 << 30).discover().devices().getFirst();

    // Then
    assertThat(device.deviceId()).isEqualTo("box/0");
    assertThat(device.simulated()).isFalse();
    assertThat(device.peakRates()).isEmpty();
    assertThat(device.memoryBandwidthBytesPerSecond()).isNull();
  }

  @Test
  void shouldRefuseShardsWithoutAnEngine() {
    // Given
    var load = new Directive("a", 1, "m", "box/0", new Directive.Load(List.of()));

    // When
    Execution execution = new NoEngineDriver().start(load, 0);

    // Then
    assertThat(execution)
        .isInstanceOfSatisfying(
            Execution.Refused.class,
            refused -> assertThat(refused.reason()).contains("no engine driver configured"));
  }
}
