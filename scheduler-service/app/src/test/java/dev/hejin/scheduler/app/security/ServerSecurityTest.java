package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.testing.TestAuthority;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.grpc.VertxServerBuilder;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is open by mistake. */
class ServerSecurityTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERYWHERE = "0.0.0.0";

  private final Vertx vertx = Vertx.vertx();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @AfterEach
  void close() {
    var unused = vertx.close();
  }

  @Test
  void shouldListenOnLoopbackWithoutSettings() {
    assertThatCode(() -> start(LOOPBACK, LOOPBACK, Map.of())).doesNotThrowAnyException();
    assertThatCode(() -> start("localhost", "::1", Map.of())).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseOtherAddressesWithoutTls() {
    assertThatThrownBy(() -> start(EVERYWHERE, LOOPBACK, Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("quarkus.grpc.server.host is 0.0.0.0")
        .hasMessageContaining("\nMaybe")
        .hasMessageContaining("hejin.security.allow-plaintext=true");
    assertThatThrownBy(() -> start(LOOPBACK, EVERYWHERE, Map.of()))
        .hasMessageContaining("quarkus.http.host is 0.0.0.0");
  }

  @Test
  void shouldListenElsewhereWithTlsOrWhenToldTo() {
    // Given
    TestAuthority.Files3 files = new TestAuthority("a").issue(folder, "s", "CN=s", "DNS:s");
    Map<String, String> tls =
        Map.of(
            "hejin.security.tls.certificate", files.certificate().toString(),
            "hejin.security.tls.key", files.key().toString(),
            "hejin.security.tls.trust", files.trust().toString());

    // When, then
    assertThatCode(() -> start(EVERYWHERE, EVERYWHERE, tls)).doesNotThrowAnyException();
    assertThatCode(
            () -> start(EVERYWHERE, EVERYWHERE, Map.of("hejin.security.allow-plaintext", "true")))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseTlsByWhichNobodyCanBeKnown() {
    // Given
    TestAuthority.Files3 files = new TestAuthority("a").issue(folder, "s", "CN=s", "DNS:s");

    // When, then
    assertThatThrownBy(
            () ->
                start(
                    LOOPBACK,
                    LOOPBACK,
                    Map.of(
                        "hejin.security.tls.certificate", files.certificate().toString(),
                        "hejin.security.tls.key", files.key().toString())))
        .hasMessageContaining("hejin.security.tls.trust is not set")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(
            () ->
                start(
                    LOOPBACK,
                    LOOPBACK,
                    Map.of("hejin.security.tls.trust", files.trust().toString())))
        .hasMessageContaining("hejin.security.tls.certificate is not set");
  }

  private void start(String grpcHost, String httpHost, Map<String, String> set) {
    var config = SampleConfig.of("unused:1", set);
    GrpcServerConfiguration grpc =
        (GrpcServerConfiguration)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {GrpcServerConfiguration.class},
                (proxy, method, arguments) -> method.getName().equals("host") ? grpcHost : null);
    ServerSecurity security = new ServerSecurity(config, httpHost);
    security.customize(grpc, VertxServerBuilder.forAddress(vertx, LOOPBACK, 0));
  }
}
