package dev.hejin.agent.app.link;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How to reach the scheduler.
 *
 * @param scheduler host and port
 * @param instanceId random at each start of the process
 * @param refusedRetry wait after the scheduler has refused the node
 */
public record LinkSettings(
    String scheduler,
    String agentVersion,
    String instanceId,
    Duration firstRetry,
    Duration lastRetry,
    Duration refusedRetry) {
  public LinkSettings {
    requireNonNull(agentVersion, "agentVersion");
    requireNonNull(instanceId, "instanceId");
    requireNonNull(firstRetry, "firstRetry");
    requireNonNull(lastRetry, "lastRetry");
    requireNonNull(refusedRetry, "refusedRetry");
    if (!scheduler.matches(".+:\\d{1,5}")) {
      throw new IllegalArgumentException(
          "scheduler is '" + scheduler + "', not HOST:PORT\nMaybe the port is missing");
    }
  }
}
