package dev.hejin.agent.app.command;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that both commands share. */
public class ConnectionOptions {
  @Option(
      names = "--scheduler",
      paramLabel = "HOST:PORT,...",
      description = "The scheduler, or all of several; else HEJIN_SCHEDULER.")
  Optional<String> scheduler = Optional.empty();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT,...",
      description = "Bootstrap servers for telemetry; else KAFKA_BOOTSTRAP_SERVERS; else none.")
  Optional<String> kafka = Optional.empty();

  @Option(names = "--parent-pid", paramLabel = "PID", description = "Exit when this process does.")
  Optional<Long> parentPid = Optional.empty();
}
