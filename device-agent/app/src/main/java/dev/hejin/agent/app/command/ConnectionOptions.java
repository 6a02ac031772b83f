package dev.hejin.agent.app.command;

import dev.hejin.transport.ClientSecurity;
import java.nio.file.Path;
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

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Authorities that may sign the scheduler's certificate (PEM); HEJIN_TLS_CA.")
  Optional<Path> ca = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "The agent's certificate (PEM), which names its nodes in CN or SAN; HEJIN_TLS_CERT.")
  Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key (PEM, PKCS#8); HEJIN_TLS_KEY.")
  Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-server-name",
      paramLabel = "NAME",
      description = "Name to find in the scheduler's certificate; HEJIN_TLS_SERVER_NAME.")
  Optional<String> serverName = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A bearer token, read for each session; HEJIN_TOKEN_FILE.")
  Optional<Path> tokenFile = Optional.empty();

  /**
   * @throws IllegalArgumentException when the options do not go together or a file is not good
   */
  ClientSecurity security() {
    return ClientSecurity.of(
        new ClientSecurity.Options(ca, certificate, key, serverName, tokenFile)
            .orElse(System::getenv));
  }
}
