package dev.hejin.agent.app.telemetry;

import org.jboss.logging.Logger;

/** Says once that the broker has gone, and once that it is back. */
final class BrokerWatch {
  private static final Logger LOG = Logger.getLogger(BrokerWatch.class);

  private final String bootstrapServers;
  private final TelemetryBuffer buffer;
  private boolean away;

  BrokerWatch(String bootstrapServers, TelemetryBuffer buffer) {
    this.bootstrapServers = bootstrapServers;
    this.buffer = buffer;
  }

  /** A record was taken, or was lost because of this. */
  synchronized void sent(int samples, boolean delivered, String reason) {
    if (!delivered) {
      buffer.countDropped(samples);
    }
    if (delivered == away) {
      away = !delivered;
      if (delivered) {
        LOG.infof(
            "telemetry reaches Kafka at %s again; %d samples dropped so far",
            bootstrapServers, buffer.dropped());
      } else {
        LOG.warnf(
            "telemetry does not reach Kafka at %s (%s); oldest records are dropped",
            bootstrapServers, reason);
      }
    }
  }
}
