package dev.hejin.transport;

import io.grpc.CallCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a client of the scheduler, an agent among them, makes connections. */
public final class ClientSecurity implements AutoCloseable {
  /** Environment variables that stand in for options. */
  public static final String CA_VARIABLE = "HEJIN_TLS_CA";

  public static final String CERTIFICATE_VARIABLE = "HEJIN_TLS_CERT";
  public static final String KEY_VARIABLE = "HEJIN_TLS_KEY";
  public static final String SERVER_NAME_VARIABLE = "HEJIN_TLS_SERVER_NAME";
  public static final String TOKEN_FILE_VARIABLE = "HEJIN_TOKEN_FILE";

  /** Nothing is encrypted, nobody says who they are. */
  public static final ClientSecurity PLAINTEXT = new ClientSecurity(null, null, null);

  private final @Nullable PemIdentity identity;
  private final @Nullable String serverName;
  private final @Nullable Path tokenFile;

  private ClientSecurity(
      @Nullable PemIdentity identity, @Nullable String serverName, @Nullable Path tokenFile) {
    this.identity = identity;
    this.serverName = serverName;
    this.tokenFile = tokenFile;
  }

  /**
   * @param caFile authorities that may sign the scheduler's certificate; with it TLS is used
   * @param certificateFile of the client
   * @param keyFile of the client
   * @param serverName that the scheduler's certificate must have, where it is not the host's
   * @param tokenFile with a bearer token
   */
  public record Options(
      Optional<Path> caFile,
      Optional<Path> certificateFile,
      Optional<Path> keyFile,
      Optional<String> serverName,
      Optional<Path> tokenFile) {

    /** What is not given as an option is taken from the environment, by the variable's name. */
    public Options orElse(UnaryOperator<@Nullable String> environment) {
      return new Options(
          caFile.or(() -> variable(environment, CA_VARIABLE).map(Path::of)),
          certificateFile.or(() -> variable(environment, CERTIFICATE_VARIABLE).map(Path::of)),
          keyFile.or(() -> variable(environment, KEY_VARIABLE).map(Path::of)),
          serverName.or(() -> variable(environment, SERVER_NAME_VARIABLE)),
          tokenFile.or(() -> variable(environment, TOKEN_FILE_VARIABLE).map(Path::of)));
    }

    private static Optional<String> variable(
        UnaryOperator<@Nullable String> environment, String name) {
      return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }
  }

  /**
   * @throws IllegalArgumentException when the options do not go together or a file is not good
   */
  public static ClientSecurity of(Options options) {
    if (options.caFile().isEmpty()) {
      if (options.certificateFile().isPresent()
          || options.keyFile().isPresent()
          || options.serverName().isPresent()) {
        throw new IllegalArgumentException(
            "--tls-ca is not given, without which nothing is encrypted and the other TLS options"
                + " mean nothing\nMaybe give the file of the authority that signed the scheduler's"
                + " certificate.");
      }
      return options.tokenFile().isEmpty()
          ? PLAINTEXT
          : new ClientSecurity(null, null, options.tokenFile().get());
    }
    TlsFiles files =
        new TlsFiles(
            options.caFile().get(),
            options.certificateFile().orElse(null),
            options.keyFile().orElse(null));
    return new ClientSecurity(
        PemIdentity.open(files, PemIdentity.End.CLIENT),
        options.serverName().orElse(null),
        options.tokenFile().orElse(null));
  }

  /** Reads the files again from now on; for processes that live long. */
  public void watch(Duration period, Consumer<String> log) {
    if (identity != null) {
      identity.watch(period, log);
    }
  }

  /** A channel to {@code HOST:PORT}, not yet built. */
  public NettyChannelBuilder channel(String target) {
    if (identity == null) {
      return NettyChannelBuilder.forTarget(target).usePlaintext();
    }
    TlsChannelCredentials.Builder tls =
        TlsChannelCredentials.newBuilder().trustManager(identity.trustManager());
    identity.keyManager().ifPresent(tls::keyManager);
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(target, tls.build());
    return serverName == null ? builder : builder.overrideAuthority(serverName);
  }

  /** What calls over such a channel carry; null when nothing. */
  public @Nullable CallCredentials credentials() {
    return tokenFile == null ? null : new BearerToken(tokenFile);
  }

  @Override
  public void close() {
    if (identity != null) {
      identity.close();
    }
  }
}
