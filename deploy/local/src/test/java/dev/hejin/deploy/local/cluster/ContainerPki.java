package dev.hejin.deploy.local.cluster;

import dev.hejin.testing.TestAuthority;
import dev.hejin.transport.ClientSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, and certificates by which the programs in containers know each other. */
final class ContainerPki {
  private final TestAuthority authority = new TestAuthority("hejin containers test");
  private final Path folder;

  /**
   * @param folder for the files
   */
  ContainerPki(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a scheduler, under its name on the network and as this machine reaches it. */
  TestAuthority.Files3 scheduler(String name) {
    return authority.issue(
        folder, name, "O=hejin:scheduler,CN=" + name, "DNS:" + name, "IP:127.0.0.1");
  }

  TestAuthority.Files3 agent(String node) {
    return authority.issue(folder, node, "O=hejin:agent,CN=" + node, "DNS:" + node);
  }

  /** Of the broker: key and certificate in one file, as Kafka reads them, and whom it trusts. */
  Kafka broker(String name) {
    TestAuthority.Files3 files =
        authority.issue(folder, name, "CN=" + name, "DNS:" + name, "IP:127.0.0.1");
    return new Kafka(
        write(name + ".store.pem", read(files.key()) + read(files.certificate())), files.trust());
  }

  /** Files of the broker. */
  record Kafka(Path keyStore, Path trust) {}

  /**
   * How a program reaches Kafka by its certificate, as a file of settings.
   *
   * @param there where the program finds the files
   */
  Path kafkaClient(String name, TestAuthority.Files3 files, String there) {
    return write(name + ".kafka.properties", SecuredKafka.clientSettings(files, there));
  }

  /** How this machine reaches Kafka. */
  Map<String, Object> kafkaReader() {
    TestAuthority.Files3 files = authority.issue(folder, "reader", "CN=reader");
    return Map.of(
        "security.protocol",
        "SSL",
        "ssl.keystore.type",
        "PEM",
        "ssl.keystore.certificate.chain",
        read(files.certificate()),
        "ssl.keystore.key",
        read(files.key()),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.certificates",
        read(files.trust()));
  }

  /** Trusts the broker, but shows no certificate. */
  Map<String, Object> kafkaStranger() {
    Map<String, Object> settings = new HashMap<>(kafkaReader());
    settings.keySet().removeIf(name -> name.startsWith("ssl.keystore"));
    return settings;
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param role such as {@code admin}
   */
  ClientSecurity client(String role) {
    TestAuthority.Files3 files =
        authority.issue(folder, role, "O=hejin:" + role + ",CN=" + role, "DNS:" + role);
    return ClientSecurity.of(
        new ClientSecurity.Options(
            Optional.of(files.trust()),
            Optional.of(files.certificate()),
            Optional.of(files.key()),
            Optional.empty(),
            Optional.empty()));
  }

  /** Trusts the authority and nobody else. */
  HttpClient http() {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority.certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(1)).build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
