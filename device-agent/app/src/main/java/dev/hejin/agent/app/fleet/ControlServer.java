package dev.hejin.agent.app.fleet;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/** Serves the simulation's truth, unencrypted. */
public final class ControlServer implements AutoCloseable {
  private static final int MOST_MESSAGE_BYTES = 16 << 20;

  private final Server server;
  private final String host;

  private ControlServer(Server server, String host) {
    this.server = server;
    this.host = host;
  }

  /**
   * @param host name or address to listen on
   * @param port 0 takes a free one
   */
  public static ControlServer start(SimulationApi api, String host, int port) {
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "--control-host "
              + host
              + " is not known\nMaybe give an address of this machine, or 0.0.0.0 for all of them");
    }
    try {
      return new ControlServer(
          NettyServerBuilder.forAddress(address)
              .addService(api)
              .maxInboundMessageSize(MOST_MESSAGE_BYTES)
              .build()
              .start(),
          host);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "control port "
              + port
              + " of "
              + host
              + " cannot be used\nMaybe it is taken: 0 takes a free one",
          e);
    }
  }

  /** Host and port. */
  public String address() {
    return host + ":" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
