package dev.hejin.scheduler.app.store;

import dev.hejin.scheduler.app.config.KafkaConnection;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are not there. Existing topics are left as their owner made them. */
public final class Topics {
  private static final String KEEP_FOREVER = "-1";
  private static final String SEGMENT_BYTES = Integer.toString(64 << 20);
  private static final String KEEP_AN_HOUR = "3600000";

  private Topics() {}

  /**
   * @throws LogUnavailableException when the broker cannot be reached or refuses
   */
  public static void ensure(SchedulerConfig config) throws LogUnavailableException {
    Map<String, Object> own =
        Map.of(
            AdminClientConfig.CLIENT_ID_CONFIG,
            "hejin-topics",
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            3_000,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            5_000);
    try (Admin admin = Admin.create(KafkaConnection.of(config).with(own))) {
      Set<String> present = admin.listTopics().names().get(6, TimeUnit.SECONDS);
      List<NewTopic> missing = new ArrayList<>();
      for (NewTopic topic : wanted(config)) {
        if (!present.contains(topic.name())) {
          missing.add(topic);
        }
      }
      if (!missing.isEmpty()) {
        admin.createTopics(missing).all().get(10, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw unavailable(config, e.getCause() == null ? e : e.getCause());
      }
    } catch (TimeoutException | org.apache.kafka.common.KafkaException e) {
      throw unavailable(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(config, e);
    }
  }

  private static List<NewTopic> wanted(SchedulerConfig config) {
    SchedulerConfig.Topics topics = config.topics();
    return List.of(
        topic(topics.event(), 1, topics)
            .configs(
                Map.of(
                    // Snapshots let the scheduler delete what is older; nothing else may.
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    SEGMENT_BYTES,
                    TopicConfig.RETENTION_MS_CONFIG,
                    KEEP_FOREVER,
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    KEEP_FOREVER,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(EventLog.MOST_RECORD_BYTES))),
        telemetry(topics.telemetryDevice(), topics),
        telemetry(topics.telemetryExpert(), topics),
        topic(config.security().audit().topic(), 1, topics)
            .configs(
                Map.of(
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(config.security().audit().retention().toMillis()))));
  }

  /** Windows close by the broker's clock: a node whose clock is ahead must not close them early. */
  private static NewTopic telemetry(String name, SchedulerConfig.Topics topics) {
    return topic(name, topics.telemetryPartitions(), topics)
        .configs(
            Map.of(
                TopicConfig.RETENTION_MS_CONFIG,
                KEEP_AN_HOUR,
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime"));
  }

  private static NewTopic topic(String name, int partitions, SchedulerConfig.Topics topics) {
    return new NewTopic(
        name,
        Optional.of(partitions),
        topics.replicationFactor() < 1
            ? Optional.empty()
            : Optional.of(topics.replicationFactor()));
  }

  private static LogUnavailableException unavailable(SchedulerConfig config, Throwable cause) {
    return new LogUnavailableException(
        "Kafka at "
            + config.kafkaBootstrapServers()
            + " cannot be used: "
            + cause.getMessage()
            + "\nMaybe start the broker, or set KAFKA_BOOTSTRAP_SERVERS.",
        cause);
  }
}
