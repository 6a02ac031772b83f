package dev.hejin.deploy.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * How clients prove themselves at the broker's port.
 *
 * @param protocol of the port, such as {@code SSL}
 * @param settings {@code ssl.*} and {@code sasl.*} of the broker
 */
record ListenerSecurity(String protocol, SortedMap<String, String> settings) {
  private static final String PROTOCOL = "security.protocol";

  /** Anyone who reaches the port may do everything. */
  static final ListenerSecurity NONE = new ListenerSecurity("PLAINTEXT", new TreeMap<>());

  ListenerSecurity {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Reads {@code security.protocol}, {@code ssl.*} and {@code sasl.*} of a properties file. */
  static ListenerSecurity read(Optional<Path> file) throws BadInputException {
    if (file.isEmpty()) {
      return NONE;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get(), StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInputException(
          "--security " + file.get() + " cannot be read: " + e.getMessage(),
          "the path or its rights are wrong, or it is no properties file.");
    }
    TreeMap<String, String> settings = new TreeMap<>();
    for (String name : read.stringPropertyNames()) {
      if (!name.matches("security\\.protocol|(ssl|sasl)\\..+")) {
        throw new BadInputException(
            "--security "
                + file.get()
                + ": "
                + name
                + " is none of security.protocol, ssl.*, sasl.*",
            "leave it out: the broker sets the rest itself.");
      }
      settings.put(name, read.getProperty(name));
    }
    String protocol = settings.remove(PROTOCOL);
    if (protocol == null || !SecurityProtocol.names().contains(protocol)) {
      throw new BadInputException(
          "--security " + file.get() + ": " + PROTOCOL + " is " + protocol,
          "one of " + String.join(", ", SecurityProtocol.names()) + ".");
    }
    return new ListenerSecurity(protocol, settings);
  }
}
