package dev.hejin.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeTest {
  @ParameterizedTest
  @CsvSource({
    "NCCL, NCCL, 0, 1, to itself",
    "NCCL, ' ', 0, 1, name both libraries",
    "NCCL, HCCL, -1, 1, latency of the bridge between 'NCCL' and 'HCCL' is -1.0",
    "NCCL, HCCL, NaN, 1, latency",
    "NCCL, HCCL, 0, 0, bandwidth of the bridge between 'NCCL' and 'HCCL' is 0.0",
    "NCCL, HCCL, 0, Infinity, bandwidth"
  })
  void shouldRefuseWhatIsNoBridge(
      String library, String other, double latency, double bandwidth, String words) {
    assertThatThrownBy(() -> new Bridge(library, other, latency, bandwidth))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldJoinTwoLibrariesInAnyOrder() {
    // Given
    Pool pool = Pool.of(List.of()).withBridges(List.of(new Bridge("NCCL", "HCCL", 5e-5, 12e9)));
    // When, Then
    assertThat(pool.bridge("HCCL", "NCCL")).isEqualTo(pool.bridge("NCCL", "HCCL")).isPresent();
    assertThat(pool.bridge("NCCL", "RCCL")).isEmpty();
    assertThat(pool.withNodes(List.of()).bridges()).isEqualTo(pool.bridges());
  }

  @Test
  void shouldRefuseTwoBridgesBetweenTheSameLibraries() {
    // Given
    List<Bridge> bridges =
        List.of(new Bridge("NCCL", "HCCL", 0, 1), new Bridge("HCCL", "NCCL", 0, 2));
    // When, Then
    assertThatThrownBy(() -> Pool.of(List.of()).withBridges(bridges))
        .hasMessageContaining("two bridges between 'HCCL' and 'NCCL'")
        .hasMessageContaining("\nMaybe ");
  }
}
