package dev.hejin.agent.app.telemetry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Takes records from the buffer to Kafka, on its own thread: the producer waits for metadata when
 * the broker is away, and only this thread may wait with it.
 */
final class KafkaWriter implements AutoCloseable {
  private static final int BATCH_RECORDS = 500;
  private static final long RETRY_MILLIS = 2000;

  private final TelemetryBuffer buffer;
  private final BrokerWatch watch;
  private final String bootstrapServers;
  private final Map<String, String> security;
  private final Thread thread;

  KafkaWriter(String bootstrapServers, Map<String, String> security, TelemetryBuffer buffer) {
    this.bootstrapServers = bootstrapServers;
    this.security = security;
    this.buffer = buffer;
    this.watch = new BrokerWatch(bootstrapServers, buffer);
    this.thread = Thread.ofPlatform().name("hejin-telemetry-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    Producer<String, byte[]> producer = null;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        List<TelemetryRecord> records = buffer.take(BATCH_RECORDS);
        for (TelemetryRecord record : records) {
          if (producer == null) {
            producer = open();
          }
          send(producer, record);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      // Interrupted to stop; the producer's own end needs a thread that is not.
      boolean unused = Thread.interrupted();
    } finally {
      if (producer != null) {
        producer.close(Duration.ZERO);
      }
    }
  }

  private void send(@Nullable Producer<String, byte[]> producer, TelemetryRecord record) {
    if (producer == null) {
      watch.sent(record.samples(), false, "no producer");
      return;
    }
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(record.topic(), record.key(), record.value().toByteArray()),
              (metadata, failure) ->
                  watch.sent(
                      record.samples(), failure == null, failure == null ? "" : reason(failure)));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      watch.sent(record.samples(), false, reason(e));
    }
  }

  /** Fails when no bootstrap name resolves: one record is lost for each attempt. */
  private @Nullable Producer<String, byte[]> open() throws InterruptedException {
    try {
      return new KafkaProducer<>(settings(), new StringSerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      watch.sent(0, false, reason(e));
      Thread.sleep(RETRY_MILLIS);
      return null;
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(security);
    settings.putAll(ownSettings());
    return settings;
  }

  private Map<String, Object> ownSettings() {
    return Map.ofEntries(
        Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "hejin-device-agent"),
        Map.entry(ProducerConfig.ACKS_CONFIG, "1"),
        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false),
        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 50),
        Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10),
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20),
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000L),
        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4000),
        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8000),
        Map.entry(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 200L),
        Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000L));
  }

  private static String reason(Exception failure) {
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : failure.getMessage().replace('\n', ' ');
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
