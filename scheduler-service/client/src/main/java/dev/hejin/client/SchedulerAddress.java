package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Where a scheduler listens.
 *
 * @param host name or number
 * @param port TCP port
 */
public record SchedulerAddress(String host, int port) {
  /** Where a scheduler listens unless it was told otherwise. */
  public static final SchedulerAddress DEFAULT = new SchedulerAddress("127.0.0.1", 7171);

  private static final int PROBE_MILLIS = 1000;
  private static final int MAX_PORT = 65_535;

  public SchedulerAddress {
    requireNonNull(host, "host");
    if (host.isBlank() || port < 1 || port > MAX_PORT) {
      throw CommandFailure.usage(
          "scheduler address is '"
              + host
              + ":"
              + port
              + "'\nMaybe give HOST:PORT, such as "
              + "127.0.0.1:7171.");
    }
  }

  /** Reads {@code HOST:PORT}; a lone {@code HOST} means the default port. */
  public static SchedulerAddress parse(String given) {
    String text = given.strip();
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.endsWith("]")) {
      return new SchedulerAddress(text, DEFAULT.port());
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new SchedulerAddress(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw CommandFailure.usage(
          "scheduler address is '" + text + "'\nMaybe give HOST:PORT, such as 127.0.0.1:7171.");
    }
  }

  /** Whether something accepts connections there. */
  public boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PROBE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
  }
}
