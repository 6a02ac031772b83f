package dev.hejin.scheduler.app.config;

import dev.hejin.transport.KafkaProperties;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How every Kafka client of the scheduler reaches the broker.
 *
 * @param bootstrapServers host and port, several with commas
 * @param security properties by which clients prove themselves; may hold secrets
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> security) {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  public KafkaConnection {
    security = Map.copyOf(security);
  }

  /** Without encryption. */
  public static KafkaConnection plaintext(String bootstrapServers) {
    return new KafkaConnection(bootstrapServers, Map.of());
  }

  /**
   * @throws IllegalArgumentException when the properties file is not good
   */
  public static KafkaConnection of(SchedulerConfig config) {
    return new KafkaConnection(
        config.kafkaBootstrapServers(),
        KafkaProperties.read(config.kafkaProperties().map(Path::of)));
  }

  /** A client's own settings with those of the connection. */
  public Map<String, Object> with(Map<String, Object> own) {
    Map<String, Object> all = new HashMap<>(security);
    all.putAll(own);
    all.put(BOOTSTRAP_SERVERS, bootstrapServers);
    return all;
  }

  /** Says nothing of the properties. */
  @Override
  public String toString() {
    return bootstrapServers;
  }
}
