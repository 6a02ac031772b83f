package dev.hejin.scheduler.app.telemetry;

import dev.hejin.scheduler.app.config.KafkaConnection;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs the topology once the topics are there; failed threads are replaced. */
public final class TelemetryStreams implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TelemetryStreams.class);

  private final SchedulerConfig config;
  private final Consumer<List<DeviceWindow>> devices;
  private final Consumer<ExpertWindow> experts;
  private volatile @Nullable KafkaStreams streams;

  public TelemetryStreams(
      SchedulerConfig config,
      Consumer<List<DeviceWindow>> devices,
      Consumer<ExpertWindow> experts) {
    this.config = config;
    this.devices = devices;
    this.experts = experts;
  }

  /** Starts unless it runs. The topics must exist. */
  public synchronized void start() {
    KafkaStreams running = streams;
    if (running != null && running.state() != KafkaStreams.State.ERROR) {
      return;
    }
    if (running != null) {
      running.close(Duration.ofSeconds(1));
    }
    KafkaStreams next =
        new KafkaStreams(
            TelemetryTopology.build(config.topics(), config.rebalance().window(), devices, experts),
            settings());
    next.setUncaughtExceptionHandler(
        e -> {
          LOG.warnf("telemetry thread failed and is replaced: %s", e.getMessage());
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    next.start();
    streams = next;
  }

  /** Records that wait at the broker, of the partition with the most; 0 where nothing is read. */
  public double lagRecords() {
    KafkaStreams running = streams;
    if (running == null) {
      return 0;
    }
    return running.metrics().entrySet().stream()
        .filter(each -> each.getKey().name().equals("records-lag"))
        .map(each -> each.getValue().metricValue())
        .filter(Double.class::isInstance)
        .mapToDouble(Double.class::cast)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.putAll(KafkaConnection.of(config).with(Map.of()));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "hejin-telemetry");
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(StreamsConfig.POLL_MS_CONFIG, 50);
    settings.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG,
        System.getProperty("java.io.tmpdir") + "/hejin-streams-" + ProcessHandle.current().pid());
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "latest");
    // Fewer, larger fetches: telemetry may be some hundred milliseconds old.
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 32 << 10);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 200);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
    return settings;
  }

  @Override
  public synchronized void close() {
    KafkaStreams running = streams;
    streams = null;
    if (running != null) {
      running.close(Duration.ofSeconds(2));
    }
  }
}
