package dev.hejin.agent.app.fleet;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Serves the simulation's truth, to this machine only. */
public final class ControlServer implements AutoCloseable {
  private static final int MOST_MESSAGE_BYTES = 16 << 20;

  private final Server server;

  private ControlServer(Server server) {
    this.server = server;
  }

  /**
   * @param port 0 takes a free one
   */
  public static ControlServer start(SimulationApi api, int port) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      return new ControlServer(
          NettyServerBuilder.forAddress(address)
              .addService(api)
              .maxInboundMessageSize(MOST_MESSAGE_BYTES)
              .build()
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "control port " + port + " cannot be used\nMaybe it is taken: 0 takes a free one", e);
    }
  }

  /** Host and port. */
  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
