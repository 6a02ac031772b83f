package dev.hejin.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.Execution;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuHostProbeTest {
  @Test
  void shouldTellMemoryAndNothingElse() {
    // When
    DeviceReading device =
        new CpuHostProbe("amd64", 1 << 30, () -> null).discover().devices().getFirst();

    // Then
    assertThat(device.name()).isEqualTo("amd64");
    assertThat(device.figures()).containsExactly(entry(Metric.MEMORY_TOTAL_BYTES, 0x1p30));
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
