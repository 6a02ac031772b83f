package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node made of recorded outputs of ten vendors' tools registers, and receives shards. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayNodeST {
  private static final String NODE = "ten-vendors";

  private final SystemCluster cluster = new SystemCluster("replay-node", 1);
  private final SystemDeployment deployment = new SystemDeployment(cluster, "mixed");

  @BeforeAll
  void start() throws InterruptedException {
    cluster.startBroker();
    cluster.startScheduler();
    cluster.startAgent(
        "replay",
        Map.of(),
        "node",
        "--replay",
        SystemCluster.root().resolve("device-agent/app/replay/ten-vendors").toString(),
        "--name",
        NODE,
        "--time-scale",
        "100");
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldReceiveShardsOnDevicesOfSeveralVendors() throws InterruptedException {
    // Given
    List<DeviceStatus> before = cluster.devices();

    // When
    deployment.create();
    deployment.awaitServing();

    // Then
    Map<String, Integer> shards =
        cluster.devices().stream()
            .filter(device -> device.getShardCount() > 0)
            .collect(
                Collectors.toMap(
                    device -> device.getCapability().getVendor(),
                    DeviceStatus::getShardCount,
                    Integer::sum));
    System.out.println("shards by vendor on the replay node: " + shards);
    assertThat(before).allMatch(device -> device.getNodeId().equals(NODE));
    assertThat(before).allMatch(device -> device.getCapability().getSimulated());
    assertThat(before)
        .extracting(device -> device.getCapability().getVendor())
        .contains(
            "NVIDIA",
            "Huawei",
            "Cambricon",
            "Hygon",
            "Moore Threads",
            "MetaX",
            "Enflame",
            "Kunlunxin",
            "Iluvatar",
            "Alibaba T-Head",
            "Biren");
    assertThat(deployment.brief().getState()).isEqualTo(DeploymentState.DEPLOYMENT_STATE_SERVING);
    assertThat(shards).isNotEmpty();
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }
}
