package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Devices of a node that runs fall away, come back and are added; the agent is not started again.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComingAndGoingST {
  private static final String NODE = "box";

  private final SystemCluster cluster = new SystemCluster("coming-and-going", 1);
  private final SystemDeployment deployment = new SystemDeployment(cluster, "chat");
  private Path recordings = Path.of("");

  @BeforeAll
  void start() throws InterruptedException, IOException {
    recordings = Files.createDirectories(cluster.folder().resolve("recordings"));
    play(7);
    cluster.startBroker();
    cluster.startScheduler();
    cluster.startAgent(
        "box",
        Map.of("HEJIN_PROBE_INTERVAL", "500ms"),
        "node",
        "--replay",
        recordings.toString(),
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
  void shouldMoveShardsOffADeviceThatFailsAndUseItAgain() throws InterruptedException, IOException {
    // Given
    deployment.create();
    deployment.awaitServing();
    long epoch = deployment.epoch();
    assertThat(device(6).orElseThrow().getShardCount()).isPositive();

    // When
    play(6);

    // Then: a new plan without it, and the other devices keep what they hold
    deployment.await("plans without the device", each -> deployment.epoch() > epoch);
    deployment.awaitServing();
    DeviceStatus failed = device(6).orElseThrow();
    assertThat(failed.getCapability().getHealth()).isEqualTo(Health.HEALTH_FAILED);
    assertThat(failed.getCapability().getHealthReason()).isEqualTo("it no longer answers");
    assertThat(failed.getShardCount()).isZero();
    assertThat(device(0).orElseThrow().getShardCount()).isPositive();

    // And when it is back, with one more
    play(8);

    // Then
    Await.until(
        "the scheduler knows both",
        SystemDeployment.LIMIT,
        () -> isHealthy(device(6)) && isHealthy(device(7)));
    assertThat(deployment.rebalance(true).getRevision()).isPositive();
    deployment.awaitServing();
    Await.until(
        "both hold shards",
        SystemDeployment.LIMIT,
        () ->
            device(6).orElseThrow().getShardCount() > 0
                && device(7).orElseThrow().getShardCount() > 0);
    assertThat(deployment.get().getProgress().getInvariantViolations()).isZero();
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  private Optional<DeviceStatus> device(int number) {
    String id = NODE + "/" + number;
    return cluster.devices().stream()
        .filter(each -> each.getCapability().getDeviceId().equals(id))
        .findFirst();
  }

  private static boolean isHealthy(Optional<DeviceStatus> device) {
    return device.isPresent() && device.get().getCapability().getHealth() == Health.HEALTH_HEALTHY;
  }

  private void play(int devices) throws IOException {
    List<String> rows =
        IntStream.range(0, devices)
            .mapToObj("%1$d, NVIDIA H20, GPU-%1$d, 97871 MiB, 4 MiB, 31"::formatted)
            .toList();
    Files.writeString(
        recordings.resolve("query.txt"),
        """
        $ nvidia-smi --query-gpu=*
        index, name, uuid, memory.total [MiB], memory.used [MiB], temperature.gpu
        %s
        """
            .formatted(String.join("\n", rows)));
  }
}
