package dev.hejin.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.testing.TestAuthority;
import dev.hejin.transport.PemIdentity.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemIdentityTest {
  private final TestAuthority authority = new TestAuthority("test");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void shouldUseWhatWasExchanged() {
    // Given
    TlsFiles files = tls(authority.issue(folder, "a", "CN=first", "DNS:a"));
    PemIdentity identity = PemIdentity.open(files, End.SERVER);
    assertThat(subject(identity)).isEqualTo("CN=first");
    assertThat(identity.refresh()).isFalse();

    // When
    authority.issue(folder, "a", "CN=second", "DNS:a");

    // Then
    assertThat(identity.refresh()).isTrue();
    assertThat(subject(identity)).isEqualTo("CN=second");
  }

  @Test
  void shouldKeepTheOldWhileKeyAndCertificateDoNotFit() throws IOException {
    // Given
    TlsFiles files = tls(authority.issue(folder, "a", "CN=first", "DNS:a"));
    PemIdentity identity = PemIdentity.open(files, End.SERVER);
    TlsFiles next = tls(authority.issue(folder, "b", "CN=second", "DNS:a"));

    // When
    Files.copy(
        next.certificate(), files.certificate(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    // Then
    assertThatThrownBy(identity::refresh)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not the key of")
        .hasMessageContaining("Maybe");
    assertThat(subject(identity)).isEqualTo("CN=first");

    // When
    Files.copy(next.key(), files.key(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    // Then
    assertThat(identity.refresh()).isTrue();
    assertThat(subject(identity)).isEqualTo("CN=second");
  }

  @Test
  void shouldSayAFailureOnceAndTheRecovery() throws Exception {
    // Given
    TlsFiles files = tls(authority.issue(folder, "a", "CN=first", "DNS:a"));
    LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    try (PemIdentity identity = PemIdentity.open(files, End.SERVER)) {
      identity.watch(Duration.ofMillis(20), said::add);

      // When
      Files.writeString(files.trust(), "rubbish");

      // Then
      assertThat(said.poll(10, TimeUnit.SECONDS)).contains("not used", "no PEM certificates");
      assertThat(said.poll(200, TimeUnit.MILLISECONDS)).isNull();

      // When
      authority.issue(folder, "a", "CN=third", "DNS:a");

      // Then: it may have looked between two of the three files.
      String last = said.poll(10, TimeUnit.SECONDS);
      while (last != null && !last.contains("in force: CN=third")) {
        last = said.poll(10, TimeUnit.SECONDS);
      }
      assertThat(last).contains("in force: CN=third").doesNotContain("PRIVATE");
    }
  }

  @Test
  void shouldTellWhatIsWrongWithFiles() throws IOException {
    // Given
    TestAuthority.Files3 good = authority.issue(folder, "a", "CN=a");
    Path old = Files.writeString(folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----");

    // When, then
    assertThatThrownBy(() -> new TlsFiles(good.trust(), good.certificate(), null))
        .hasMessageContaining("without its key");
    assertThatThrownBy(() -> open(new TlsFiles(good.trust(), folder.resolve("none"), good.key())))
        .hasMessageContaining("certificate is")
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> open(new TlsFiles(good.trust(), good.certificate(), old)))
        .hasMessageContaining("PKCS#8")
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> open(new TlsFiles(good.key(), good.certificate(), good.key())))
        .hasMessageContaining("trust is")
        .hasMessageContaining("no PEM certificates");
  }

  @Test
  void shouldRefuseOptionsThatMeanNothing() {
    // Given
    var options =
        new ClientSecurity.Options(
            Optional.empty(),
            Optional.of(Path.of("cert")),
            Optional.of(Path.of("key")),
            Optional.empty(),
            Optional.empty());

    // When, then
    assertThatThrownBy(() -> ClientSecurity.of(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--tls-ca")
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldPassOnlyPropertiesOfSecurityToKafka() throws IOException {
    // Given
    Path good =
        Files.writeString(
            folder.resolve("k.properties"),
            "security.protocol=SASL_SSL\nsasl.jaas.config=x\nssl.truststore.location=y\n");
    Path bad = Files.writeString(folder.resolve("b.properties"), "acks=0\n");

    // When, then
    assertThat(KafkaProperties.read(Optional.of(good))).hasSize(3);
    assertThat(KafkaProperties.read(Optional.empty())).isEmpty();
    assertThatThrownBy(() -> KafkaProperties.read(Optional.of(bad)))
        .hasMessageContaining("acks")
        .hasMessageContaining("Maybe");
  }

  @Test
  void shouldLetKafkaReadFilesAndRunNothingElse() throws IOException {
    // Given
    String reader = "org.apache.kafka.common.config.provider.DirectoryConfigProvider";
    String names =
        "config.providers=d,e-f\nconfig.providers.d.param.allowed.paths=/etc\n"
            + "config.providers.e-f.class=org.apache.kafka.common.config.provider.FileConfigProvider\n";
    Path good =
        Files.writeString(
            folder.resolve("k.properties"), names + "config.providers.d.class=" + reader + "\n");
    Path bad =
        Files.writeString(
            folder.resolve("b.properties"), names + "config.providers.d.class=evil.Code\n");

    // When, then
    assertThat(KafkaProperties.read(Optional.of(good)))
        .containsEntry("config.providers.d.class", reader)
        .hasSize(4);
    assertThatThrownBy(() -> KafkaProperties.read(Optional.of(bad)))
        .hasMessageContaining("config.providers.d.class is evil.Code")
        .hasMessageContaining("Maybe " + reader);
  }

  @ParameterizedTest
  @CsvSource({
    "config.providers.my-secrets.klass, config.providers.NAME.class",
    "config.providers.d, config.providers.NAME.class",
    "ssl.keystore.key=\\u00, cannot be read: Malformed"
  })
  void shouldTellWhatKafkaPropertiesMayBe(String line, String told) throws IOException {
    // When
    Path file = Files.writeString(folder.resolve("k.properties"), line + "\n");

    // Then
    assertThatThrownBy(() -> KafkaProperties.read(Optional.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("hejin.kafka-properties")
        .hasMessageContaining(told)
        .hasMessageContaining("Maybe");
  }

  private static PemIdentity open(TlsFiles files) {
    return PemIdentity.open(files, End.CLIENT);
  }

  private static String subject(PemIdentity identity) {
    X509ExtendedKeyManager keys = (X509ExtendedKeyManager) identity.keyManager().orElseThrow();
    return keys.getCertificateChain("default")[0].getSubjectX500Principal().getName();
  }

  private static TlsFiles tls(TestAuthority.Files3 files) {
    return new TlsFiles(files.trust(), files.certificate(), files.key());
  }
}
