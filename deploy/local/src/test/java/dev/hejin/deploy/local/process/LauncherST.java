package dev.hejin.deploy.local.process;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.DevicesCommand;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a cluster, each started by the command that the README gives for it. */
@Timeout(180)
class LauncherST {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Path HOME =
      Path.of(requireNonNull(System.getProperty("hejin.root"), "hejin.root"));

  @Test
  void shouldStartEachPartOfACluster(@TempDir Path folder) throws InterruptedException {
    // Given
    int broker = Installation.freePort();
    int grpc = Installation.freePort();
    String kafka = "127.0.0.1:" + broker;
    String scheduler = "127.0.0.1:" + grpc;

    try (ProcessGroup processes = new ProcessGroup(folder.resolve("logs"))) {
      // When
      start(processes, Map.of(), "broker", "--data", folder + "/broker", "--port", "" + broker);
      start(
          processes,
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS",
              kafka,
              "QUARKUS_GRPC_SERVER_PORT",
              "" + grpc,
              "QUARKUS_HTTP_HOST",
              "127.0.0.1",
              "QUARKUS_HTTP_PORT",
              "" + Installation.freePort()),
          "scheduler");
      start(
          processes,
          Map.of("HEJIN_SCHEDULER", scheduler, "KAFKA_BOOTSTRAP_SERVERS", kafka),
          "agent",
          "fleet",
          "--pool",
          "default",
          "--only",
          "h20-0");
      start(
          processes,
          Map.of("HEJIN_SCHEDULER", scheduler, "HEJIN_STATE_FOLDER", folder + "/state"),
          "agent",
          "node",
          "--name",
          "recorded",
          "--replay",
          HOME.resolve("device-agent/app/replay/ten-vendors").toString());

      // Then
      try (SchedulerConnection connection =
          SchedulerConnection.open(new SchedulerAddress("127.0.0.1", grpc), LIMIT)) {
        assertThat(
                DevicesCommand.all(connection).stream()
                    .map(DeviceStatus::getNodeId)
                    .collect(Collectors.toSet()))
            .containsExactlyInAnyOrder("h20-0", "recorded");
      }
    }
  }

  private static void start(
      ProcessGroup processes, Map<String, String> environment, String... words)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(HOME.resolve("hejin").toString()));
    command.addAll(List.of(words));
    var ready =
        processes
            .start(String.join("-", words[0], words[1 % words.length]), command, environment)
            .awaitReady(LIMIT);
    assertThat(ready).isNotNull();
  }
}
