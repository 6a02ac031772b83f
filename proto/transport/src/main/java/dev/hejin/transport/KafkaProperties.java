package dev.hejin.transport;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How Kafka clients prove themselves: {@code security.protocol}, {@code ssl.*} and {@code sasl.*}
 * of a properties file, as Kafka's own tools take it. In a file, so that no secret stands in a
 * command line. Other properties are refused: what Hejin promises hangs on some of them. {@code
 * config.providers} may name Kafka's own readers of files, so that values can be those of a mounted
 * secret: {@code ${directory:/etc/hejin/kafka:user.key}}.
 */
public final class KafkaProperties {
  private static final String TAKEN = "security\\.protocol|config\\.providers|(ssl|sasl)\\..+";
  private static final String PROVIDER = "config\\.providers\\.[\\w-]+\\.(class|param\\..+)";
  private static final Set<String> PROVIDERS =
      Set.of(
          "org.apache.kafka.common.config.provider.DirectoryConfigProvider",
          "org.apache.kafka.common.config.provider.FileConfigProvider");

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
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "hejin.kafka-properties is "
              + file.get()
              + ", which cannot be read: "
              + e.getMessage()
              + "\nMaybe the path or its rights are wrong, or it is no properties file.",
          e);
    }
    for (String name : properties.stringPropertyNames()) {
      String value = properties.getProperty(name);
      check(name, value);
      settings.put(name, value);
    }
    return settings;
  }

  private static void check(String name, String value) {
    if (name.matches(PROVIDER)) {
      if (name.endsWith(".class") && !PROVIDERS.contains(value)) {
        throw new IllegalArgumentException(
            "hejin.kafka-properties: %s is %s\nMaybe %s."
                .formatted(name, value, String.join(" or ", new TreeSet<>(PROVIDERS))));
      }
    } else if (!name.matches(TAKEN)) {
      throw new IllegalArgumentException(
          "hejin.kafka-properties: "
              + name
              + " is none of security.protocol, ssl.*, sasl.*, config.providers,"
              + " config.providers.NAME.class, config.providers.NAME.param.*"
              + "\nMaybe it is misspelt, or to be left out: Hejin sets the rest itself.");
    }
  }
}
