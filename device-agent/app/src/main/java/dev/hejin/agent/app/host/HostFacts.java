package dev.hejin.agent.app.host;

import static java.util.Objects.requireNonNull;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * What the operating system says of this machine.
 *
 * @param nodeId host name in the form of a node id
 * @param processor its architecture
 */
public record HostFacts(String nodeId, String processor, long memoryBytes) {
  private static final int MOST_NODE_ID = 253;

  public HostFacts {
    requireNonNull(nodeId, "nodeId");
    requireNonNull(processor, "processor");
  }

  /** Asks it now. */
  public static HostFacts read() {
    long memory =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : Runtime.getRuntime().maxMemory();
    return new HostFacts(
        hostName(), System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT), memory);
  }

  private static String hostName() {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      name = "localhost";
    }
    String clean = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    return clean.substring(0, Math.min(MOST_NODE_ID, clean.length()));
  }
}
