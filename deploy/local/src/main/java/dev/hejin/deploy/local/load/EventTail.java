package dev.hejin.deploy.local.load;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hejin.proto.event.v1.EventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Committed events of the scheduler's log, with the moment at which a stranger could read them. */
final class EventTail implements AutoCloseable {
  private static final TopicPartition LOG = new TopicPartition("hejin.event", 0);

  private final List<Seen> seen = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopped;

  /** An event and when it was read, milliseconds of this machine's clock. */
  record Seen(EventRecord event, long readMillis) {}

  EventTail(String bootstrap) {
    this.thread = Thread.ofPlatform().name("event-tail").daemon().start(() -> run(bootstrap));
  }

  private void run(String bootstrap) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                IsolationLevel.READ_COMMITTED.toString(),
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                32 << 20,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(LOG));
      consumer.seekToBeginning(List.of(LOG));
      while (!stopped) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          long now = System.currentTimeMillis();
          EventRecord event = EventRecord.parseFrom(record.value());
          if (!event.hasSnapshotPart()) {
            add(new Seen(event, now));
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the event log holds what is no event", e);
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Seen event) {
    seen.add(event);
    notifyAll();
  }

  synchronized int size() {
    return seen.size();
  }

  synchronized long count(Predicate<EventRecord> wanted) {
    return seen.stream().filter(each -> wanted.test(each.event())).count();
  }

  /** The newest event that is wanted. */
  synchronized EventRecord last(Predicate<EventRecord> wanted) {
    for (Seen each : seen.reversed()) {
      if (wanted.test(each.event())) {
        return each.event();
      }
    }
    throw new IllegalStateException("no such event among " + seen.size());
  }

  /** The first event that is wanted among those from a place on; waits for it. */
  synchronized Optional<Seen> await(int from, Duration limit, Predicate<EventRecord> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    int next = from;
    while (true) {
      for (; next < seen.size(); next++) {
        if (wanted.test(seen.get(next).event())) {
          return Optional.of(seen.get(next));
        }
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }
}
