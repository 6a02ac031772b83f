package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceTextTest {
  private static final DeviceStatus.Builder WITHHELD = withheld();

  private static DeviceStatus.Builder withheld() {
    DeviceStatus.Builder device = FakeScheduler.device("a", 0).toBuilder();
    device
        .getCapabilityBuilder()
        .setHealth(Health.HEALTH_FAILED)
        .setHealthReason("allocated to pod others/one");
    return device;
  }

  @Test
  void shouldShowNothingWhereNothingIsKnown() {
    // Given
    DeviceStatus unheard =
        FakeScheduler.device("a", 0).toBuilder()
            .clearMemoryUsedBytes()
            .setMemoryUsedUnknown(true)
            .setShardCountUnknown(true)
            .build();
    DeviceStatus empty = FakeScheduler.device("a", 1).toBuilder().clearMemoryUsedBytes().build();

    // When
    List<String> lines = DeviceText.devices(List.of(unheard, empty));

    // Then
    assertThat(line(lines, "a/0")).matches("a/0 .* online +- +96.0 GiB .* 1 +- +-");
    assertThat(line(lines, "a/1")).matches("a/1 .* online +0 B +96.0 GiB .* 1 +0 +-");
    assertThat(line(lines, "- ")).contains("not known to the scheduler that answered");
  }

  @Test
  void shouldSayWhyADeviceIsNotHealthy() {
    // When
    List<String> all = DeviceText.devices(List.of(WITHHELD.build()));
    List<String> node =
        DeviceText.node(
            GetNodeResponse.newBuilder()
                .setCapability(
                    NodeCapability.newBuilder().setNodeId("a").putLabels("hejin.dev/row", "b"))
                .addDevices(WITHHELD)
                .build(),
            Instant.EPOCH);

    // Then
    assertThat(all).contains("a/0: failed: allocated to pod others/one");
    assertThat(node).contains("a/0: failed: allocated to pod others/one", "labels hejin.dev/row=b");
  }

  private static String line(List<String> lines, String id) {
    return lines.stream().filter(each -> each.startsWith(id)).findFirst().orElse("").strip();
  }
}
