package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Role;
import dev.hejin.testing.TestAuthority;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of an issuer that come from its URL and are exchanged there. */
class KeysByUrlTest {
  private static final String NAME = "https://issuer.example";

  /** The library reads no keys again that it has just read (0.3 s). */
  private static final long FRESH_MILLIS = 500;

  private final TestIssuer issuer = new TestIssuer(NAME);
  private volatile String keys = issuer.keySet("first");
  private volatile int reads;
  private HttpsServer server;
  private Path trust;

  @BeforeEach
  void serve(@TempDir Path folder) throws Exception {
    TestAuthority.Files3 files =
        new TestAuthority("issuer").issue(folder, "issuer", "CN=issuer", "DNS:localhost");
    trust = files.trust();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(files)));
    server.createContext(
        "/keys",
        exchange -> {
          reads++;
          byte[] body = keys.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static SSLContext context(TestAuthority.Files3 files)
      throws GeneralSecurityException, IOException {
    String pem = Files.readString(files.key()).replaceAll("-----.*-----|\\s", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(files.certificate())));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("server", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private TokenIdentity tokens(String url, Path authorities) {
    Map<String, String> set =
        Map.of(
            "hejin.security.token.key",
            url,
            "hejin.security.token.trust",
            authorities.toString(),
            "hejin.security.token.issuer",
            NAME);
    SecurityConfig settings = SampleConfig.of("unused:1", set).security();
    return new TokenIdentity(settings.token(), Duration.ZERO);
  }

  private String url() {
    return "https://localhost:" + server.getAddress().getPort() + "/keys";
  }

  @Test
  void shouldReadKeysAgainWhenATokenNamesAnother() throws Exception {
    // Given
    TokenIdentity tokens = tokens(url(), trust);
    String old = issuer.tokenOf("first", "bob", "hejin", 60, "hejin:viewer");
    assertThat(tokens.caller(old).roles()).containsExactly(Role.VIEWER);
    assertThat(tokens.caller(old).roles()).containsExactly(Role.VIEWER);
    assertThat(reads).isEqualTo(1);

    // When
    TestIssuer next = new TestIssuer(NAME);
    keys = next.keySet("second");
    Thread.sleep(FRESH_MILLIS);

    // Then
    String fresh = next.tokenOf("second", "bob", "hejin", 60, "hejin:operator");
    assertThat(tokens.caller(fresh).roles()).containsExactly(Role.OPERATOR);
    assertThatThrownBy(() -> tokens.caller(old)).isInstanceOf(AccessException.class);
  }

  @Test
  void shouldNotAskTheIssuerForEachTokenOfAnUnknownKey() throws Exception {
    // Given
    TokenIdentity tokens = tokens(url(), trust);
    String strange = new TestIssuer(NAME).tokenOf("strange", "eve", "hejin", 60, "hejin:admin");

    // When
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> tokens.caller(strange)).isInstanceOf(AccessException.class);
    }

    // Then
    assertThat(reads).isBetween(1, 2);
  }

  @Test
  void shouldTakeNoKeysOfAServerThatIsNotTrusted(@TempDir Path folder) {
    // Given
    Path others = new TestAuthority("others").issue(folder, "others", "CN=x").trust();
    TokenIdentity tokens = tokens(url(), others);
    String token = issuer.tokenOf("first", "bob", "hejin", 60, "hejin:viewer");

    // When, then
    assertThatThrownBy(() -> tokens.caller(token)).isInstanceOf(AccessException.class);
    assertThat(reads).isZero();
  }

  @Test
  void shouldRefuseKeysThatComeUnencrypted() {
    assertThatThrownBy(() -> tokens("http://localhost:1/keys", trust))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("hejin.security.token.key is http://localhost:1/keys")
        .hasMessageContaining("Maybe");
  }
}
