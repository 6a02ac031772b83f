package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.transport.PemIdentity;
import dev.hejin.transport.TlsFiles;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Sets the gRPC port up: encryption, limits of connections, and nothing open by mistake. */
@ApplicationScoped
public class ServerSecurity implements ServerBuilderCustomizer<VertxServerBuilder> {
  private static final Logger LOG = Logger.getLogger(ServerSecurity.class);

  /** A client that was once accepted is checked anew after this long at most. */
  private static final long RESUMPTION_SECONDS = 60;

  private final SecurityConfig settings;
  private final String httpHost;
  private @Nullable PemIdentity identity;
  private volatile @Nullable ConfigurationException refusal;

  ServerSecurity(
      SchedulerConfig config, @ConfigProperty(name = "quarkus.http.host") String httpHost) {
    this.settings = config.security();
    this.httpHost = httpHost;
  }

  /** The one that interceptor and port share. */
  @Produces
  @Singleton
  static Authenticator authenticator(SchedulerConfig config) {
    return new Authenticator(config.security());
  }

  /**
   * @throws ConfigurationException when the port would be open to whoever comes, or a file is not
   *     good
   */
  @Override
  public void customize(GrpcServerConfiguration grpc, VertxServerBuilder builder) {
    try {
      set(grpc, builder);
    } catch (ConfigurationException e) {
      refusal = e;
      throw e;
    }
  }

  /** Why the port stays closed, for whoever ends the process; empty when it is open. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal).map(why -> String.valueOf(why.getMessage()));
  }

  private void set(GrpcServerConfiguration grpc, VertxServerBuilder builder) {
    boolean tls = settings.tls().certificate().isPresent();
    check(grpc.host(), "quarkus.grpc.server.host", tls);
    check(httpHost, "quarkus.http.host", tls);
    NettyServerBuilder netty = builder.nettyBuilder();
    limit(netty, settings.limits());
    if (tls || settings.tls().key().isPresent() || settings.tls().trust().isPresent()) {
      netty.sslContext(context(settings.tls()));
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    if (identity != null) {
      identity.close();
    }
  }

  private static void limit(NettyServerBuilder netty, SecurityConfig.Limits limits) {
    netty
        .maxConcurrentCallsPerConnection(limits.streamsPerConnection())
        .maxConnectionIdle(limits.idle().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check(String host, String property, boolean tls) {
    if (tls || isLoopback(host)) {
      return;
    }
    if (!settings.allowPlaintext()) {
      throw new ConfigurationException(
          property
              + " is "
              + host
              + " and there is no TLS: whoever reaches this port could do everything"
              + "\nMaybe set hejin.security.tls.certificate, key and trust, or listen on 127.0.0.1,"
              + " or say that this is wanted: hejin.security.allow-plaintext=true");
    }
    LOG.warnf(
        "%s is %s without TLS, as hejin.security.allow-plaintext says: %s",
        property,
        host,
        settings.token().key().isPresent()
            ? "tokens travel in the clear"
            : "whoever reaches it may do everything");
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private SslContext context(SecurityConfig.Tls tls) {
    Optional<Path> trust = tls.trust().map(Path::of);
    boolean tokens = settings.token().key().isPresent();
    if (trust.isEmpty() && !tokens) {
      throw new ConfigurationException(
          "hejin.security.tls.trust is not set, and no token key is: nobody could be known"
              + "\nMaybe name the file of the authority that signs clients' certificates.");
    }
    PemIdentity opened = open(tls, trust);
    identity = opened;
    opened.watch(tls.reloadPeriod(), LOG::info);
    KeyManager keys =
        opened
            .keyManager()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "hejin.security.tls.certificate is not set\nMaybe other TLS settings are, by"
                            + " mistake."));
    try {
      return GrpcSslContexts.configure(SslContextBuilder.forServer(keys))
          .trustManager(opened.trustManager())
          .clientAuth(
              trust.isEmpty() ? ClientAuth.NONE : tokens ? ClientAuth.OPTIONAL : ClientAuth.REQUIRE)
          .sessionTimeout(RESUMPTION_SECONDS)
          .build();
    } catch (SSLException e) {
      throw new ConfigurationException("TLS cannot be set up: " + e.getMessage());
    }
  }

  private static PemIdentity open(SecurityConfig.Tls tls, Optional<Path> trust) {
    try {
      return PemIdentity.open(
          new TlsFiles(
              trust.orElse(null),
              tls.certificate().map(Path::of).orElse(null),
              tls.key().map(Path::of).orElse(null)),
          PemIdentity.End.SERVER);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("hejin.security.tls: " + e.getMessage());
    }
  }
}
