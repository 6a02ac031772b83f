package dev.hejin.scheduler.app.store;

import dev.hejin.scheduler.app.codec.InvalidMessageException;
import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to a topic of one partition in transactions and reads them back. The transactional
 * id fences: whoever opens the log ends all earlier writers' rights.
 */
public final class EventLog implements RecordLog {
  /** Largest record: the plan of a very large pool. */
  public static final int MOST_RECORD_BYTES = 32 << 20;

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int WRITE_TIMEOUT_MILLIS = 5_000;

  private final KafkaConnection kafka;
  private final TopicPartition partition;
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private @Nullable KafkaConsumer<byte[], byte[]> tail;
  private long tailEnd;
  private long tailAskedNanos;
  private long nextOffset;

  /** Where the last two snapshots begin; -1 when there is none. */
  private volatile long lastSnapshot = -1;

  private volatile long snapshotBefore = -1;
  private volatile long trimmedTo;

  /**
   * @param bootstrapServers of Kafka
   * @param topic of the log; must exist with one partition
   */
  public EventLog(String bootstrapServers, String topic) {
    this(KafkaConnection.plaintext(bootstrapServers), topic);
  }

  /**
   * @param kafka how to reach the broker
   * @param topic of the log; must exist with one partition
   */
  public EventLog(KafkaConnection kafka, String topic) {
    this.kafka = kafka;
    this.partition = new TopicPartition(topic, 0);
  }

  @Override
  public void open(Consumer<LogRecord> reader, Progress progress) throws LogUnavailableException {
    closeProducer();
    closeTail();
    try {
      KafkaProducer<byte[], byte[]> next = new KafkaProducer<>(producerSettings());
      producer = next;
      next.initTransactions();
      replay(reader, progress);
    } catch (KafkaException e) {
      closeProducer();
      throw new LogUnavailableException(
          "cannot open topic " + partition.topic() + " at " + kafka + ": " + text(e), e);
    }
  }

  @Override
  public boolean follow(Consumer<LogRecord> reader, Progress progress)
      throws LogUnavailableException {
    try {
      KafkaConsumer<byte[], byte[]> consumer = tail == null ? openTail() : tail;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        reader.accept(parse(record));
      }
      long position = consumer.position(partition, LIMIT);
      if (System.nanoTime() - tailAskedNanos > ASK_AGAIN_NANOS) {
        askEnd(consumer);
      }
      nextOffset = position;
      progress.report(position, Math.max(position, tailEnd));
      return position >= tailEnd;
    } catch (KafkaException e) {
      closeTail();
      throw new LogUnavailableException(
          "cannot read topic " + partition.topic() + " at " + kafka + ": " + text(e), e);
    } catch (RuntimeException e) {
      closeTail();
      throw e;
    }
  }

  private KafkaConsumer<byte[], byte[]> openTail() {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings());
    tail = consumer;
    consumer.assign(List.of(partition));
    if (nextOffset == 0) {
      consumer.seekToBeginning(List.of(partition));
    } else {
      consumer.seek(partition, nextOffset);
    }
    askEnd(consumer);
    return consumer;
  }

  private void askEnd(KafkaConsumer<byte[], byte[]> consumer) {
    tailEnd = consumer.endOffsets(List.of(partition), LIMIT).getOrDefault(partition, nextOffset);
    tailAskedNanos = System.nanoTime();
  }

  private void closeTail() {
    KafkaConsumer<byte[], byte[]> old = tail;
    tail = null;
    if (old != null) {
      old.close(CloseOptions.timeout(Duration.ofMillis(500)));
    }
  }

  private void replay(Consumer<LogRecord> reader, Progress progress) {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings())) {
      List<TopicPartition> partitions = List.of(partition);
      consumer.assign(partitions);
      long end =
          consumer
              .endOffsets(partitions, Duration.ofSeconds(10))
              .getOrDefault(partition, nextOffset);
      if (nextOffset == 0) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seek(partition, nextOffset);
      }
      long idleSince = System.nanoTime();
      long position = consumer.position(partition, Duration.ofSeconds(10));
      while (position < end) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          reader.accept(parse(record));
        }
        long now = consumer.position(partition);
        if (now > position) {
          idleSince = System.nanoTime();
          position = now;
          progress.report(position, end);
        } else if (System.nanoTime() - idleSince > TimeUnit.SECONDS.toNanos(30)) {
          throw new KafkaException("no record for 30 s at offset " + position + " of " + end);
        }
      }
      nextOffset = position;
    }
  }

  private LogRecord parse(ConsumerRecord<byte[], byte[]> record) {
    try {
      LogRecord parsed = LogRecord.parse(record.value());
      if (parsed.isSnapshotHead()) {
        beginsSnapshot(record.offset());
      }
      return parsed;
    } catch (InvalidMessageException e) {
      throw new IllegalStateException(
          "record at offset " + record.offset() + " of " + partition + " " + e.getMessage(), e);
    }
  }

  @Override
  public void append(List<LogRecord> records) throws LogUnavailableException {
    KafkaProducer<byte[], byte[]> writer = producer;
    if (writer == null) {
      throw new LogUnavailableException("the event log is not open", new IllegalStateException());
    }
    try {
      writer.beginTransaction();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (LogRecord record : records) {
        sent.add(writer.send(new ProducerRecord<>(partition.topic(), 0, null, record.toBytes())));
      }
      writer.commitTransaction();
      for (int i = 0; i < sent.size(); i++) {
        long offset = sent.get(i).get(WRITE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).offset();
        nextOffset = offset + 1;
        if (records.get(i).isSnapshotHead()) {
          beginsSnapshot(offset);
        }
      }
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      closeProducer();
      throw new LogUnavailableException("another scheduler writes to the event log", e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      closeProducer();
      throw new LogUnavailableException("the event log did not confirm a write: " + text(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closeProducer();
      throw new LogUnavailableException("interrupted while writing to the event log", e);
    }
  }

  private void beginsSnapshot(long offset) {
    if (offset > lastSnapshot) {
      snapshotBefore = lastSnapshot;
      lastSnapshot = offset;
    }
  }

  @Override
  public void trim() throws LogUnavailableException {
    long before = snapshotBefore;
    if (before <= trimmedTo) {
      return;
    }
    try (Admin admin =
        Admin.create(
            kafka.with(Map.of(AdminClientConfig.CLIENT_ID_CONFIG, "hejin-event-trimmer")))) {
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
          .all()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      trimmedTo = before;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("interrupted while trimming the event log", e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw new LogUnavailableException("the event log was not trimmed: " + text(e), e);
    }
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private Map<String, Object> producerSettings() {
    return kafka.with(
        Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "hejin-event-writer"),
            Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "hejin-scheduler"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MOST_RECORD_BYTES),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * MOST_RECORD_BYTES),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, WRITE_TIMEOUT_MILLIS),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3_000),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, WRITE_TIMEOUT_MILLIS),
            Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class),
            Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class)));
  }

  private Map<String, Object> consumerSettings() {
    return kafka.with(
        Map.of(
            ConsumerConfig.CLIENT_ID_CONFIG,
            "hejin-event-reader",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            IsolationLevel.READ_COMMITTED.toString(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            10_000,
            // What was trimmed is told again by the snapshot that now comes first.
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            8 << 20,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class));
  }

  private void closeProducer() {
    KafkaProducer<byte[], byte[]> old = producer;
    producer = null;
    if (old != null) {
      old.close(Duration.ofMillis(500));
    }
  }

  @Override
  public void close() {
    closeProducer();
    closeTail();
  }
}
