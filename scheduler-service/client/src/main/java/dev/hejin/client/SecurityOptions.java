package dev.hejin.client;

import dev.hejin.transport.ClientSecurity;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who the caller is, and how it knows the scheduler. */
final class SecurityOptions {
  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Authorities that may sign the scheduler's certificate (PEM); HEJIN_TLS_CA.")
  private @Nullable Path ca;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The caller's certificate (PEM); HEJIN_TLS_CERT.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key (PEM, PKCS#8); HEJIN_TLS_KEY.")
  private @Nullable Path key;

  @Option(
      names = "--tls-server-name",
      paramLabel = "NAME",
      description = "Name to find in the scheduler's certificate; HEJIN_TLS_SERVER_NAME.")
  private @Nullable String serverName;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A bearer token, read for each call; HEJIN_TOKEN_FILE.")
  private @Nullable Path tokenFile;

  ClientSecurity.Options options() {
    return new ClientSecurity.Options(
            Optional.ofNullable(ca),
            Optional.ofNullable(certificate),
            Optional.ofNullable(key),
            Optional.ofNullable(serverName),
            Optional.ofNullable(tokenFile))
        .orElse(System::getenv);
  }
}
