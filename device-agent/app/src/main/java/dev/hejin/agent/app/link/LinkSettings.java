package dev.hejin.agent.app.link;

import static java.util.Objects.requireNonNull;

import dev.hejin.transport.ClientSecurity;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How to reach the scheduler.
 *
 * @param scheduler host and port; several with commas, of which one leads
 * @param instanceId random at each start of the process
 * @param refusedRetry wait after the scheduler has refused the node
 * @param security what the connection is protected by
 */
public record LinkSettings(
    String scheduler,
    String agentVersion,
    String instanceId,
    Duration firstRetry,
    Duration lastRetry,
    Duration refusedRetry,
    ClientSecurity security) {
  public LinkSettings {
    requireNonNull(agentVersion, "agentVersion");
    requireNonNull(instanceId, "instanceId");
    requireNonNull(firstRetry, "firstRetry");
    requireNonNull(lastRetry, "lastRetry");
    requireNonNull(refusedRetry, "refusedRetry");
    requireNonNull(security, "security");
    for (String address : scheduler.split(",", -1)) {
      if (!address.strip().matches(".+:\\d{1,5}")) {
        throw new IllegalArgumentException(
            "scheduler is '"
                + scheduler
                + "', not HOST:PORT or HOST:PORT,HOST:PORT\nMaybe the port is missing");
      }
    }
  }

  /** Addresses of the schedulers, at least one. */
  List<String> addresses() {
    return Arrays.stream(scheduler.split(",", -1)).map(String::strip).toList();
  }
}
