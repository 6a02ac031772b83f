package dev.hejin.agent.app.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operating system says of this machine.
 *
 * @param nodeId host name in the form of a node id
 * @param processor its architecture
 */
public record HostFacts(String nodeId, String processor, long memoryBytes) {
  private static final int MOST_NODE_ID = 253;
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Pattern MEMORY_LINE = Pattern.compile("(\\w+): +(\\d{1,15}) kB");

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

  /** Memory that nobody could take now, as the kernel counts it; null where it does not tell. */
  public static @Nullable Double usedMemoryBytes() {
    Map<String, Double> kibibytes = new HashMap<>();
    try {
      for (String line : Files.readAllLines(MEMORY)) {
        Matcher match = MEMORY_LINE.matcher(line);
        if (match.matches()) {
          kibibytes.put(match.group(1), Double.valueOf(match.group(2)));
        }
      }
    } catch (IOException e) {
      return null;
    }
    Double total = kibibytes.get("MemTotal");
    Double available = kibibytes.get("MemAvailable");
    return total == null || available == null ? null : Double.valueOf((total - available) * 1024);
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
