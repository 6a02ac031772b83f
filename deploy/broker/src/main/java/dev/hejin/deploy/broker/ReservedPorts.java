package dev.hejin.deploy.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Both listening sockets, bound before Kafka starts and then handed to it.
 *
 * <p>Kafka wants to know the controller's port before it opens it. Picking a free port and closing
 * it again would let another process take it in between; a bound socket cannot be taken.
 */
final class ReservedPorts implements ServerSocketFactory, AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BACKLOG = 128;

  private final ServerSocketChannel broker;
  private final ServerSocketChannel controller;

  private ReservedPorts(ServerSocketChannel broker, ServerSocketChannel controller) {
    this.broker = broker;
    this.controller = controller;
  }

  static ReservedPorts bind(int brokerPort) throws BadInputException {
    return new ReservedPorts(bindOne(brokerPort), bindOne(0));
  }

  private static ServerSocketChannel bindOne(int port) throws BadInputException {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        channel.configureBlocking(false); // Kafka waits for connections with a selector.
        return channel.bind(
            new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new BadInputException(
          "port %d on 127.0.0.1 cannot be used: %s".formatted(port, e.getMessage()),
          "another broker runs there: stop it, give another --port, or --port 0 for a free one.");
    }
  }

  int brokerPort() {
    return broker.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
      throws IOException {
    if (address.getPort() == brokerPort()) {
      return broker;
    }
    if (address.getPort() == controllerPort()) {
      return controller;
    }
    throw new IOException(
        "listener %s asks for %s, reserved are ports %d and %d"
            .formatted(listenerName, address, brokerPort(), controllerPort()));
  }

  @Override
  public void close() throws IOException {
    broker.close();
    controller.close();
  }
}
