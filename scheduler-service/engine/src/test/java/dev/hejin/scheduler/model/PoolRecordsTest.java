package dev.hejin.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What pools are made of. */
class PoolRecordsTest {
  private static final Device DEVICE = Samples.device("n1", 0);

  private static Device device(String id, String nodeId, Map<Precision, Figure> rates) {
    return new Device(
        id,
        nodeId,
        "NVIDIA",
        "H20",
        Figure.UNKNOWN,
        Figure.UNKNOWN,
        rates,
        Figure.UNKNOWN,
        "",
        Figure.UNKNOWN,
        Health.UNKNOWN,
        true);
  }

  private static Arguments refused(String message, ThrowingCallable construction) {
    return arguments(message, construction);
  }

  private static ThrowingCallable pool(double factor) {
    return () -> new Pool(List.of(Samples.node("n1", 1)), Map.of("n1/0", factor));
  }

  static Stream<Arguments> broken() {
    Node node = Samples.node("n1", 1);
    return Stream.of(
        refused("figure 1.0 with provenance UNKNOWN", () -> new Figure(1, Provenance.UNKNOWN, "")),
        refused("figure NaN", () -> new Figure(Double.NaN, Provenance.DRIVER, "")),
        refused("figure -1.0 from DRIVER", () -> new Figure(-1, Provenance.DRIVER, "")),
        refused(
            "figure Infinity",
            () -> new Figure(Double.POSITIVE_INFINITY, Provenance.CATALOGUE, "")),
        refused("device id ' '", () -> device(" ", "n1", Map.of())),
        refused("on node '' is blank", () -> device("n1/0", "", Map.of())),
        refused("node id is blank", () -> new Node(" ", List.of(DEVICE), Figure.UNKNOWN)),
        refused("'n1' has no devices", () -> new Node("n1", List.of(), Figure.UNKNOWN)),
        refused(
            "device 'n1/0' names node 'n1' but sits on 'n2'",
            () -> new Node("n2", List.of(DEVICE), Figure.UNKNOWN)),
        refused(
            "node 'n1' has two devices 'n1/0'",
            () -> new Node("n1", List.of(DEVICE, DEVICE), Figure.UNKNOWN)),
        refused("appears on nodes 'n1' and 'n1'", () -> Pool.of(List.of(node, node))),
        refused("speed factor 0.0 of device 'n1/0'", pool(0)),
        refused("speed factor -1.0", pool(-1)),
        refused("speed factor NaN", pool(Double.NaN)),
        refused("speed factor Infinity", pool(Double.POSITIVE_INFINITY)));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldRefuse(String message, ThrowingCallable construction) {
    // When, then
    assertThatThrownBy(construction)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldKeepUnknownFiguresUnknown() {
    // Given
    Figure known = Figure.of(0, Provenance.MEASURED, "probe");

    // When
    double fallback = Figure.UNKNOWN.or(7);

    // Then
    assertThat(fallback).isEqualTo(7);
    assertThat(Figure.UNKNOWN.isKnown()).isFalse();
    assertThat(known.or(7)).isZero();
  }

  @Test
  void shouldSupportPrecisionOfUnknownRate() {
    // When
    Device device = Samples.device("n1", 0);

    // Then
    assertThat(device.supports(Precision.FP8)).isTrue();
    assertThat(device.supports(Precision.INT4)).isFalse();
    assertThat(device.type()).isEqualTo("NVIDIA H20");
  }

  @Test
  void shouldCopyRates() {
    // Given
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.put(Precision.BF16, Figure.UNKNOWN);
    Device device = device("n1/0", "n1", rates);

    // When
    rates.put(Precision.FP8, Figure.UNKNOWN);

    // Then
    assertThat(device.peakOpsPerSecond()).containsOnlyKeys(Precision.BF16);
    assertThatThrownBy(() -> device.peakOpsPerSecond().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldOrderNodesAndKeepSlots() {
    // Given
    List<Node> nodes = List.of(Samples.node("n2", 1), Samples.node("n1", 2));

    // When
    Pool pool = new Pool(nodes, Map.of("n1/1", 0.5));

    // Then
    assertThat(pool.devices()).extracting(Device::id).containsExactly("n1/0", "n1/1", "n2/0");
    assertThat(pool.device("n2/0")).contains(Samples.device("n2", 0));
    assertThat(pool.device("n3/0")).isEmpty();
    assertThat(pool.speedFactor("n1/1")).isEqualTo(0.5);
    assertThat(pool.speedFactor("n1/0")).isEqualTo(1.0);
  }
}
