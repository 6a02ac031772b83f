package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.codec.AuditCodec;
import dev.hejin.scheduler.app.config.KafkaConnection;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.AuditEntry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes audit events to their topic, beside the calls, which never wait for it. While the broker
 * is away events wait in a queue of fixed size; what does not fit is counted.
 */
@ApplicationScoped
public class AuditLog {
  private static final Logger LOG = Logger.getLogger(AuditLog.class);
  private static final long RETRY_MILLIS = 1_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final SchedulerConfig config;
  private final String scheduler;
  private final ArrayBlockingQueue<AuditEntry> queue;
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean saidDropped = new AtomicBoolean();
  private final Thread thread =
      Thread.ofPlatform().name("hejin-audit").daemon(true).unstarted(this::run);

  AuditLog(
      SchedulerConfig config,
      @ConfigProperty(name = "quarkus.grpc.server.host") String host,
      @ConfigProperty(name = "quarkus.grpc.server.port") int port) {
    this.config = config;
    this.scheduler = config.advertisedAddress().orElse(host + ":" + port);
    this.queue = new ArrayBlockingQueue<>(config.security().audit().bufferEvents());
  }

  /** Takes an event; never waits. */
  public void add(AuditEntry entry) {
    if (!config.security().audit().enabled()) {
      return;
    }
    if (started.compareAndSet(false, true)) {
      thread.start();
    }
    if (!queue.offer(entry)) {
      drop("the queue of " + config.security().audit().bufferEvents() + " events is full");
    }
  }

  /** Events that the broker has confirmed. */
  public long written() {
    return written.sum();
  }

  /** Events that are lost. */
  public long dropped() {
    return dropped.sum();
  }

  private void drop(String reason) {
    dropped.increment();
    if (saidDropped.compareAndSet(false, true)) {
      LOG.warnf(
          "audit events are dropped: %s; hejin_audit_events_total counts them"
              + "%nMaybe the broker is away, or hejin.security.audit.buffer-events is too small.",
          reason);
    }
  }

  private void run() {
    KafkaProducer<String, byte[]> producer = null;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        AuditEntry entry = queue.take();
        while (producer == null) {
          producer = open();
        }
        send(producer, entry);
      }
    } catch (InterruptedException | InterruptException e) {
      // Interrupted to stop; what is on its way needs a thread that is not.
      boolean unused = Thread.interrupted();
      finish(producer);
    }
  }

  private void finish(@Nullable KafkaProducer<String, byte[]> producer) {
    if (producer == null) {
      return;
    }
    for (AuditEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
      send(producer, entry);
    }
    producer.close(CLOSE_LIMIT);
  }

  private void send(KafkaProducer<String, byte[]> producer, AuditEntry entry) {
    byte[] value = AuditCodec.toJson(entry, scheduler);
    String topic = config.security().audit().topic();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(topic, entry.caller(), value),
              (metadata, failure) -> {
                if (failure == null) {
                  written.increment();
                  saidDropped.set(false);
                } else {
                  drop(String.valueOf(failure.getMessage()));
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      drop(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable KafkaProducer<String, byte[]> open() throws InterruptedException {
    try {
      return new KafkaProducer<>(
          KafkaConnection.of(config)
              .with(
                  Map.of(
                      ProducerConfig.CLIENT_ID_CONFIG,
                      "hejin-audit",
                      ProducerConfig.ACKS_CONFIG,
                      "all",
                      ProducerConfig.BUFFER_MEMORY_CONFIG,
                      4L << 20,
                      // Waits for a broker that is away; the queue before it bounds what waits.
                      ProducerConfig.MAX_BLOCK_MS_CONFIG,
                      60_000L,
                      ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                      2_000L)),
          new StringSerializer(),
          new ByteArraySerializer());
    } catch (KafkaException e) {
      LOG.debugf("no audit yet: %s", e.getMessage());
      Thread.sleep(RETRY_MILLIS);
      return null;
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    if (!started.get()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT.plusSeconds(1).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
