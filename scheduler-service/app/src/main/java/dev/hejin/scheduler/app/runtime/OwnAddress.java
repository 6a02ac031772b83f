package dev.hejin.scheduler.app.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where others reach this scheduler, unless it was told. */
final class OwnAddress {
  private OwnAddress() {}

  /**
   * @param host that the gRPC server listens on; one that means every interface is replaced by this
   *     machine's name
   * @param port that it listens on
   */
  static String of(String host, int port) {
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
    String name = host;
    if (everywhere) {
      try {
        name = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        name = "127.0.0.1";
      }
    }
    return (name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name) + ":" + port;
  }
}
