package dev.hejin.deploy.local.cluster;

import dev.hejin.testing.TestAuthority;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A broker that wants a certificate of its clients, and what it gives to them. */
final class SecuredKafka {
  private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule";
  private static final String PASSWORD = "not-a-secret";

  private final Path brokerSide;
  private final Path clientSide;

  private SecuredKafka(Path brokerSide, Path clientSide) {
    this.brokerSide = brokerSide;
    this.clientSide = clientSide;
  }

  /** Writes keys, certificates and settings of both sides. */
  static SecuredKafka in(Path folder) {
    try {
      Files.createDirectories(folder);
      TestAuthority authority = new TestAuthority("kafka");
      return new SecuredKafka(broker(authority, folder), client(authority, folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A broker that wants a name and a password, over TLS, and proves itself by its certificate. */
  static SecuredKafka scram(Path folder) {
    try {
      Files.createDirectories(folder);
      TestAuthority authority = new TestAuthority("kafka");
      TestAuthority.Files3 files =
          authority.issue(folder, "broker", "CN=broker", "IP:127.0.0.1", "DNS:localhost");
      Path keyStore =
          Files.writeString(
              folder.resolve("broker.store.pem"),
              Files.readString(files.key()) + Files.readString(files.certificate()));
      Files.writeString(folder.resolve("password"), PASSWORD);
      Path brokerSide =
          Files.writeString(
              folder.resolve("broker.properties"),
              """
              security.protocol=SASL_SSL
              ssl.keystore.type=PEM
              ssl.keystore.location=%s
              ssl.truststore.type=PEM
              ssl.truststore.location=%s
              sasl.enabled.mechanisms=SCRAM-SHA-512
              sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
              scram-sha-512.sasl.jaas.config=%s required username="broker" password="inside";
              scram.users=SCRAM-SHA-512=[name=broker,password=inside]; \
                SCRAM-SHA-512=[name=hejin,password=%s]
              """
                  .formatted(keyStore, files.trust(), LOGIN, PASSWORD));
      Path clientSide =
          Files.writeString(
              folder.resolve("client.properties"),
              """
              security.protocol=SASL_SSL
              ssl.truststore.type=PEM
              ssl.truststore.location=%s
              sasl.mechanism=SCRAM-SHA-512
              config.providers=directory
              config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
              sasl.jaas.config=%s required username="hejin" password="${directory:%s:password}";
              """
                  .formatted(files.trust(), LOGIN, folder));
      return new SecuredKafka(brokerSide, clientSide);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path broker(TestAuthority authority, Path folder) throws IOException {
    TestAuthority.Files3 files =
        authority.issue(folder, "broker", "CN=broker", "IP:127.0.0.1", "DNS:localhost");
    Path keyStore =
        Files.writeString(
            folder.resolve("broker.store.pem"),
            Files.readString(files.key()) + Files.readString(files.certificate()));
    return Files.writeString(
        folder.resolve("broker.properties"),
        """
        security.protocol=SSL
        ssl.client.auth=required
        ssl.keystore.type=PEM
        ssl.keystore.location=%s
        ssl.truststore.type=PEM
        ssl.truststore.location=%s
        """
            .formatted(keyStore, files.trust()));
  }

  /** As with a mounted secret: a file each for key, certificate and authority. */
  private static Path client(TestAuthority authority, Path folder) throws IOException {
    TestAuthority.Files3 files = authority.issue(folder, "client", "CN=client");
    return Files.writeString(
        folder.resolve("client.properties"), clientSettings(files, folder.toString()));
  }

  /**
   * Settings of a client that has a certificate.
   *
   * @param there folder in which the client finds the files
   */
  static String clientSettings(TestAuthority.Files3 files, String there) {
    return """
        security.protocol=SSL
        config.providers=directory
        config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
        ssl.keystore.type=PEM
        ssl.keystore.certificate.chain=${directory:%1$s:%2$s}
        ssl.keystore.key=${directory:%1$s:%3$s}
        ssl.truststore.type=PEM
        ssl.truststore.certificates=${directory:%1$s:%4$s}
        """
        .formatted(
            there,
            files.certificate().getFileName(),
            files.key().getFileName(),
            files.trust().getFileName());
  }

  /** Further arguments of the broker. */
  List<String> brokerArguments() {
    return List.of("--security", brokerSide.toString());
  }

  /** Settings of a client with a certificate. */
  Map<String, String> clientSettings() {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(clientSide)) {
      settings.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> all = new HashMap<>();
    settings.stringPropertyNames().forEach(name -> all.put(name, settings.getProperty(name)));
    return all;
  }

  /** Further variables of each process that talks to the broker. */
  Map<String, String> environment() {
    return Map.of("HEJIN_KAFKA_PROPERTIES", clientSide.toString());
  }
}
