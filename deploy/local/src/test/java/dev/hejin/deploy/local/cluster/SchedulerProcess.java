package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.SchedulerAddress;
import dev.hejin.deploy.local.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One of several schedulers: where it listens, and the process that it is now. */
final class SchedulerProcess {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  private final String name;
  private final int grpcPort;
  private final int httpPort;
  private @Nullable ChildProcess process;

  SchedulerProcess(String name, int grpcPort, int httpPort) {
    this.name = name;
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
  }

  String name() {
    return name;
  }

  int grpcPort() {
    return grpcPort;
  }

  int httpPort() {
    return httpPort;
  }

  SchedulerAddress address() {
    return new SchedulerAddress("127.0.0.1", grpcPort);
  }

  void startedAs(ChildProcess started) {
    process = started;
  }

  ChildProcess process() {
    return requireNonNull(process, name + " has not been started");
  }

  /** What it says of its health, as JSON; empty when it does not answer. */
  String health() {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/q/health/ready"))
                  .timeout(Duration.ofSeconds(1))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Whether it is ready and has the role, such as {@code leading}. */
  boolean isReadyAs(String role) {
    String health = health();
    return health.matches("(?s).*\"role\"\\s*:\\s*\"" + role + "\".*")
        && health.matches("(?s)\\s*\\{\\s*\"status\"\\s*:\\s*\"UP\".*");
  }

  /** Stops it in its tracks, as SIGSTOP does. */
  void pause() throws InterruptedException {
    signal("-STOP");
  }

  /** Lets it go on, as SIGCONT does. */
  void resume() throws InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws InterruptedException {
    try {
      int status =
          new ProcessBuilder("kill", signal, String.valueOf(process().pid())).start().waitFor();
      if (status != 0) {
        throw new AssertionError("kill " + signal + " of " + name + " ended with " + status);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
