package dev.hejin.agent.app.telemetry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Where telemetry goes.
 *
 * @param window one sample of each device for each of them
 * @param bufferRecords records kept while the broker cannot take them
 */
public record TelemetrySettings(
    String bootstrapServers,
    String deviceTopic,
    String expertTopic,
    Duration window,
    int bufferRecords) {
  public TelemetrySettings {
    requireNonNull(bootstrapServers, "bootstrapServers");
    requireNonNull(deviceTopic, "deviceTopic");
    requireNonNull(expertTopic, "expertTopic");
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("window is " + window + "\nMaybe 1s, the default");
    }
  }
}
