package dev.hejin.deploy.local.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far the aggregation is behind the topics, in records, as its committed offsets tell. */
final class TelemetryLag implements AutoCloseable {
  static final String DEVICE_TOPIC = "hejin.telemetry.device";

  private static final String EXPERT_TOPIC = "hejin.telemetry.expert";
  private static final String GROUP = "hejin-telemetry";

  private final Admin admin;

  TelemetryLag(String bootstrap) {
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
  }

  /**
   * Of one moment.
   *
   * @param written records in the topics, ever
   * @param behind of these, not yet committed as aggregated
   */
  record Reading(long written, long behind) {}

  Reading read() throws InterruptedException {
    try {
      Map<String, TopicDescription> topics =
          admin.describeTopics(List.of(DEVICE_TOPIC, EXPERT_TOPIC)).allTopicNames().get();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      topics.forEach(
          (name, topic) ->
              topic
                  .partitions()
                  .forEach(
                      p ->
                          latest.put(
                              new TopicPartition(name, p.partition()), OffsetSpec.latest())));
      Map<TopicPartition, Long> done =
          admin
              .listConsumerGroupOffsets(GROUP)
              .partitionsToOffsetAndMetadata()
              .get()
              .entrySet()
              .stream()
              .filter(entry -> entry.getValue() != null)
              .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> end :
          admin.listOffsets(latest).all().get().entrySet()) {
        ends.put(end.getKey(), end.getValue().offset());
      }
      long written = ends.values().stream().mapToLong(Long::longValue).sum();
      long behind = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        behind += Math.max(0, end.getValue() - done.getOrDefault(end.getKey(), 0L));
      }
      return new Reading(written, behind);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker does not tell offsets: " + e.getMessage(), e);
    }
  }

  private static long offset(OffsetAndMetadata offset) {
    return offset.offset();
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(2));
  }
}
