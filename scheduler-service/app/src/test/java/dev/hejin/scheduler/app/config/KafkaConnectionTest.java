package dev.hejin.scheduler.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.transport.KafkaProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConnectionTest {
  private static final Path OVERLAY =
      Path.of(System.getProperty("hejin.root", "../.."), "deploy/kubernetes/overlays/production");

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"control-plane", "agents"})
  void shouldTakeCertificatesOfAMountedSecretAsTheProductionOverlayGivesThem(String part)
      throws IOException {
    // Given
    Files.writeString(folder.resolve("user.crt"), "the certificate");
    Files.writeString(folder.resolve("user.key"), "the key");
    Files.writeString(folder.resolve("ca.crt"), "the authority");
    String shipped = Files.readString(OVERLAY.resolve(part).resolve("kafka.properties"));
    assertThat(shipped).contains(":/etc/hejin/kafka:");
    Path file = folder.resolve("kafka.properties");
    Files.writeString(file, shipped.replace("/etc/hejin/kafka", folder.toString()));

    // When
    KafkaConnection connection =
        new KafkaConnection("broker:9093", KafkaProperties.read(Optional.of(file)));
    AdminClientConfig read = new AdminClientConfig(connection.with(Map.of()));

    // Then
    assertThat(read.getString(AdminClientConfig.SECURITY_PROTOCOL_CONFIG)).isEqualTo("SSL");
    assertThat(read.getPassword(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG).value())
        .isEqualTo("the certificate");
    assertThat(read.getPassword(SslConfigs.SSL_KEYSTORE_KEY_CONFIG).value()).isEqualTo("the key");
    assertThat(read.getPassword(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG).value())
        .isEqualTo("the authority");
  }

  @Test
  void shouldNotPutWhatIsReadIntoText() {
    // When
    String text = new KafkaConnection("broker:9093", Map.of("ssl.keystore.key", "key")).toString();

    // Then
    assertThat(text).isEqualTo("broker:9093");
  }
}
