package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.scheduler.app.port.Role;
import dev.hejin.testing.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and tokens as callers. */
class IdentityTest {
  private final TestAuthority authority = new TestAuthority("test");
  private final TestIssuer issuer = new TestIssuer("https://issuer.example");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void shouldTakeRolesAndNodesFromACertificate() throws Exception {
    // When
    Caller node =
        caller(Map.of(), "O=hejin:agent,CN=node-1", "DNS:node-1b", "URI:spiffe://x/node-1c");
    Caller admin = caller(Map.of(), "CN=alice,O=hejin:admin");
    Caller other = caller(Map.of(), "CN=stranger,O=elsewhere");

    // Then
    assertThat(node.roles()).containsExactly(Role.AGENT);
    assertThat(node.sortedNodes()).containsExactly("node-1", "node-1b", "node-1c");
    assertThat(node.speaksFor("node-2")).isFalse();
    assertThat(node.may(Role.VIEWER)).isFalse();
    assertThat(admin.may(Role.OPERATOR)).isTrue();
    assertThat(admin.may(Role.AGENT)).isFalse();
    assertThat(other.roles()).isEmpty();
  }

  @Test
  void shouldMapRolesByPatterns() throws Exception {
    // Given
    var set =
        Map.of(
            "hejin.security.certificate-roles.operator", "OU=platform,URI:spiffe://corp/ops/*",
            "hejin.security.certificate-roles.admin", "CN=root.of.all");

    // When, then
    assertThat(caller(set, "CN=x,OU=platform").roles()).containsExactly(Role.OPERATOR);
    assertThat(caller(set, "CN=x", "URI:spiffe://corp/ops/bob").roles())
        .containsExactly(Role.OPERATOR);
    assertThat(caller(set, "CN=x", "URI:spiffe://corp/dev/bob").roles()).isEmpty();
    assertThat(caller(set, "CN=rootXofXall").roles()).isEmpty();
    assertThat(caller(set, "CN=a\\,O\\=hejin:admin").roles()).isEmpty();
  }

  @Test
  void shouldTakeRolesFromAToken() throws Exception {
    // Given
    TokenIdentity tokens = tokens(issuer.publicKey(folder));

    // When
    Caller caller = tokens.caller(issuer.token("bob", "hejin", 60, "hejin:operator", "other"));

    // Then
    assertThat(caller.name()).isEqualTo("bob");
    assertThat(caller.roles()).containsExactly(Role.OPERATOR);
    assertThat(caller.speaksFor("bob")).isTrue();
    assertThat(caller.speaksFor("node-1")).isFalse();
  }

  @Test
  void shouldRefuseTokensThatDoNotHold() throws Exception {
    // Given
    TokenIdentity tokens = tokens(issuer.publicKey(folder));
    String good = issuer.token("bob", "hejin", 60, "hejin:viewer");
    String[] parts = good.split("\\.");

    // When, then
    assertRefused(tokens, issuer.token("bob", "hejin", -120, "hejin:viewer"));
    assertRefused(tokens, issuer.token("bob", "another-service", 60, "hejin:viewer"));
    assertRefused(
        tokens, new TestIssuer("https://issuer.example").token("bob", "hejin", 60, "hejin:viewer"));
    assertRefused(tokens, issuer.as("https://elsewhere").token("bob", "hejin", 60, "hejin:viewer"));
    assertRefused(tokens, parts[0] + "." + parts[1] + ".");
    assertRefused(tokens, issuer.unsigned("bob", "hejin"));
    assertRefused(tokens, "rubbish");
    assertThat(tokens.caller(good).roles()).containsExactly(Role.VIEWER);
  }

  @Test
  void shouldUseKeysThatWereExchanged() throws Exception {
    // Given
    TestIssuer next = new TestIssuer("https://issuer.example");
    Path key = issuer.publicKey(folder);
    TokenIdentity tokens = tokens(key);
    String token = next.token("bob", "hejin", 60, "hejin:viewer");
    assertRefused(tokens, token);

    // When
    next.publicKey(folder);

    // Then
    assertThat(tokens.caller(token).roles()).containsExactly(Role.VIEWER);
  }

  private TokenIdentity tokens(Path key) {
    return new TokenIdentity(
        settings(
                Map.of(
                    "hejin.security.token.key",
                    key.toString(),
                    "hejin.security.token.issuer",
                    "https://issuer.example"))
            .token(),
        Duration.ZERO);
  }

  private static void assertRefused(TokenIdentity tokens, String token) {
    assertThatThrownBy(() -> tokens.caller(token))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("does not hold")
        .hasMessageContaining("Maybe")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(token));
  }

  private Caller caller(Map<String, String> set, String subject, String... alternatives)
      throws IOException, GeneralSecurityException, AccessException {
    Path file = authority.issue(folder, "c", subject, alternatives).certificate();
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    return new CertificateIdentity(settings(set).certificateRoles()).caller(certificate);
  }

  private static SecurityConfig settings(Map<String, String> set) {
    return SampleConfig.of("unused:1", set).security();
  }
}
