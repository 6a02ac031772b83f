package dev.hejin.deploy.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * How clients prove themselves at the broker's port. The broker is a client of its own, too.
 *
 * @param protocol of the port, such as {@code SSL}
 * @param settings {@code ssl.*}, {@code sasl.*} and {@code MECHANISM.sasl.*} of the broker
 * @param scramUsers as Kafka's storage tool takes them, such as {@code
 *     SCRAM-SHA-512=[name=alice,password=...]}; written when a data folder is made
 */
record ListenerSecurity(
    String protocol, SortedMap<String, String> settings, List<String> scramUsers) {
  private static final String PROTOCOL = "security.protocol";
  private static final String SCRAM_USERS = "scram.users";
  private static final String TAKEN =
      "security\\.protocol|scram\\.users|((plain|scram-sha-256|scram-sha-512)\\.)?(ssl|sasl)\\..+";

  /** Anyone who reaches the port may do everything. */
  static final ListenerSecurity NONE =
      new ListenerSecurity("PLAINTEXT", new TreeMap<>(), List.of());

  ListenerSecurity {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    scramUsers = List.copyOf(scramUsers);
  }

  /**
   * Reads {@code security.protocol}, {@code ssl.*}, {@code sasl.*}, {@code MECHANISM.sasl.*} and
   * {@code scram.users} of a properties file.
   */
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
      if (!name.matches(TAKEN)) {
        throw new BadInputException(
            "--security "
                + file.get()
                + ": "
                + name
                + " is none of security.protocol, ssl.*, sasl.*, MECHANISM.sasl.*, scram.users",
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
    String users = settings.remove(SCRAM_USERS);
    return new ListenerSecurity(
        protocol, settings, users == null ? List.of() : List.of(users.trim().split("\\s*;\\s*")));
  }
}
