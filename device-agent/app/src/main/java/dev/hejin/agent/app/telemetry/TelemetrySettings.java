package dev.hejin.agent.app.telemetry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;

/**
 * Where telemetry goes.
 *
 * @param security properties by which the client proves itself; may hold secrets
 * @param window one sample of each device for each of them
 * @param bufferRecords records kept while the broker cannot take them
 */
public record TelemetrySettings(
    String bootstrapServers,
    Map<String, String> security,
    String deviceTopic,
    String expertTopic,
    Duration window,
    int bufferRecords) {
  public TelemetrySettings {
    requireNonNull(bootstrapServers, "bootstrapServers");
    security = Map.copyOf(security);
    requireNonNull(deviceTopic, "deviceTopic");
    requireNonNull(expertTopic, "expertTopic");
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("window is " + window + "\nMaybe 1s, the default");
    }
  }
}
