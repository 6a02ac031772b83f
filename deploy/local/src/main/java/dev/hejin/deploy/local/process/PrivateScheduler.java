package dev.hejin.deploy.local.process;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerLauncher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts a scheduler without broker and devices, for plans on pools that it is given. */
public final class PrivateScheduler implements SchedulerLauncher {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** Port 1 refuses at once: a scheduler that plans only needs no broker. */
  private static final String NO_BROKER = "127.0.0.1:1";

  private final Installation installation;

  public PrivateScheduler(Installation installation) {
    this.installation = requireNonNull(installation, "installation");
  }

  @Override
  public Launched launch() {
    Path logs = temporaryFolder();
    ProcessGroup group = new ProcessGroup(logs);
    try {
      int port = Installation.freePort();
      ChildProcess scheduler =
          group.start(
              "scheduler",
              installation.scheduler(
                  port,
                  Installation.freePort(),
                  List.of("hejin.ready=grpc", "quarkus.http.host=127.0.0.1")),
              Map.of("KAFKA_BOOTSTRAP_SERVERS", NO_BROKER));
      scheduler.awaitReady(START_LIMIT);
      return new Running(new SchedulerAddress("127.0.0.1", port), group);
    } catch (StartFailure e) {
      group.close();
      removeIfEmpty(logs);
      throw CommandFailure.unreachable(e.getMessage());
    } catch (InterruptedException e) {
      group.close();
      Thread.currentThread().interrupt();
      throw CommandFailure.unreachable("stopped while the scheduler was starting");
    }
  }

  /** A log stays: the failure names it. */
  private static void removeIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      return;
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("hejin-plan-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder", e);
    }
  }

  private record Running(SchedulerAddress address, ProcessGroup group) implements Launched {
    @Override
    public void close() {
      group.close();
      try {
        Files.deleteIfExists(group.logs().resolve("scheduler.log"));
        Files.deleteIfExists(group.logs());
      } catch (IOException e) {
        // A log that stays in the temporary folder does no harm.
        return;
      }
    }
  }
}
