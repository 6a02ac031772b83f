package dev.hejin.deploy.broker;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param data the folder that holds everything the broker keeps
 * @param port the port clients connect to; 0 picks a free one
 * @param parentPid the process to end with, if any
 * @param security file that says how clients prove themselves, if they must
 */
record BrokerOptions(Path data, int port, OptionalLong parentPid, Optional<Path> security) {
  static final String USAGE =
      "usage: LocalBroker --data DIR [--port N] [--parent-pid N] [--security FILE]";

  static BrokerOptions parse(List<String> arguments) throws BadInputException {
    Path data = null;
    int port = 0;
    OptionalLong parentPid = OptionalLong.empty();
    Optional<Path> security = Optional.empty();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      switch (name) {
        case "--data" -> data = path(name, value(name, rest));
        case "--port" -> port = Math.toIntExact(number(name, value(name, rest), 65_535));
        case "--parent-pid" ->
            parentPid = OptionalLong.of(number(name, value(name, rest), Long.MAX_VALUE));
        case "--security" -> security = Optional.of(path(name, value(name, rest)));
        default -> throw new BadInputException("unknown option " + name, "see " + USAGE);
      }
    }
    return new BrokerOptions(required(data), port, parentPid, security);
  }

  private static Path required(@Nullable Path data) throws BadInputException {
    if (data == null) {
      throw new BadInputException("--data is missing", "see " + USAGE);
    }
    return data;
  }

  private static String value(String name, Iterator<String> rest) throws BadInputException {
    if (!rest.hasNext()) {
      throw new BadInputException(name + " has no value", "see " + USAGE);
    }
    return rest.next();
  }

  private static Path path(String name, String text) throws BadInputException {
    try {
      if (!text.isBlank()) {
        return Path.of(text).toAbsolutePath().normalize();
      }
    } catch (InvalidPathException e) {
      throw new BadInputException(name + " " + text + " is no path: " + e.getReason(), "quote it.");
    }
    throw new BadInputException(name + " is empty", "a variable in the command is not set.");
  }

  private static long number(String name, String text, long max) throws BadInputException {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    throw new BadInputException(
        name + " is " + text + ", not a whole number from 0 to " + max, "see " + USAGE);
  }
}
