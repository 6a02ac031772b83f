package dev.hejin.deploy.local.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hejin.proto.event.v1.EventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what the scheduler has committed, beside the scheduler. */
final class EventLogReader {
  private static final TopicPartition LOG = new TopicPartition("hejin.event", 0);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private EventLogReader() {}

  /**
   * Every committed event, in order.
   *
   * @param client how to reach the broker
   */
  static List<EventRecord> read(Map<String, Object> client) {
    List<EventRecord> events = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(LOG));
      consumer.seekToBeginning(List.of(LOG));
      long last = consumer.endOffsets(List.of(LOG), LIMIT).getOrDefault(LOG, 0L);
      long end = System.nanoTime() + LIMIT.toNanos();
      while (consumer.position(LOG, LIMIT) < last) {
        if (System.nanoTime() > end) {
          throw new AssertionError("the event log ends at " + last + " but cannot be read so far");
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          EventRecord event = EventRecord.parseFrom(record.value());
          if (!event.hasSnapshotPart()) {
            events.add(event);
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the event log holds what is no event", e);
    }
    return events;
  }
}
