package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.cost.observed.ObservedCost;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ViewCodecTest {
  private static final NodeEntry NODE = new NodeEntry(RecordedEvents.node("n1"), true, false, "");

  private static DeviceView view(
      Device device, String reason, OptionalInt shards, OptionalLong memoryUsedBytes) {
    return new DeviceView(
        device,
        NODE,
        reason,
        new SpeedEntry(1, ""),
        shards,
        memoryUsedBytes,
        0,
        0,
        ObservedCost.DeviceScale.UNKNOWN);
  }

  @Test
  void shouldTellZeroFromUnknown() {
    // Given
    Device device = NODE.node().devices().getFirst();

    // When
    DeviceStatus empty = ViewCodec.toProto(view(device, "", OptionalInt.of(0), OptionalLong.of(0)));
    DeviceStatus unheard =
        ViewCodec.toProto(view(device, "", OptionalInt.empty(), OptionalLong.empty()));

    // Then
    assertThat(empty.getShardCountUnknown()).isFalse();
    assertThat(empty.getMemoryUsedUnknown()).isFalse();
    assertThat(unheard.getShardCountUnknown()).isTrue();
    assertThat(unheard.getMemoryUsedUnknown()).isTrue();
  }

  @Test
  void shouldShowLabelsAndWhyADeviceIsNotHealthy() {
    // Given
    List<DeviceView> devices =
        NODE.node().devices().stream()
            .map(
                device ->
                    view(
                        device,
                        device.id().equals("n1/0") ? "allocated to pod others/one" : "",
                        OptionalInt.of(3),
                        OptionalLong.of(5)))
            .toList();

    // When
    GetNodeResponse node =
        ViewCodec.toProto(new NodeView(NODE, Map.of("hejin.dev/row", "b"), 0, devices, 7));

    // Then
    assertThat(node.getCapability().getLabelsMap()).isEqualTo(Map.of("hejin.dev/row", "b"));
    assertThat(node.getCapability().getDevices(0).getHealthReason())
        .isEqualTo("allocated to pod others/one");
    assertThat(node.getDevices(0).getCapability().getHealthReason())
        .isEqualTo("allocated to pod others/one");
    assertThat(node.getDevicesList()).extracting(DeviceStatus::getShardCount).containsOnly(3);
  }
}
