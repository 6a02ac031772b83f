package dev.hejin.transport;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How Kafka clients prove themselves: {@code security.protocol}, {@code ssl.*} and {@code sasl.*}
 * of a properties file, as Kafka's own tools take it, and the {@code config.providers} that fetch
 * their values from mounted secrets. In a file, so that no secret stands in a command line. Other
 * properties are refused: what Hejin promises hangs on some of them.
 */
public final class KafkaProperties {
  private KafkaProperties() {}

  /**
   * @param file that holds them; empty for none
   * @throws IllegalArgumentException when it cannot be read or holds another property
   */
  public static Map<String, String> read(Optional<Path> file) {
    TreeMap<String, String> settings = new TreeMap<>();
    if (file.isEmpty()) {
      return settings;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get(), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "hejin.kafka-properties is "
              + file.get()
              + ", which cannot be read\nMaybe the path or its rights are wrong.",
          e);
    }
    for (String name : properties.stringPropertyNames()) {
      if (!name.matches("security\\.protocol|config\\.providers(\\..+)?|(ssl|sasl)\\..+")) {
        throw new IllegalArgumentException(
            "hejin.kafka-properties: "
                + name
                + " is none of security.protocol, ssl.*, sasl.*, config.providers\nMaybe leave it out: Hejin sets the"
                + " rest itself.");
      }
      settings.put(name, properties.getProperty(name));
    }
    return settings;
  }
}
