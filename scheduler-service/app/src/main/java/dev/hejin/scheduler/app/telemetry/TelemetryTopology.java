package dev.hejin.scheduler.app.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Two aggregations over tumbling windows: expert counts by deployment and layer, step time by
 * device. A window is emitted once, when it closes: its end plus a grace of one second, by the
 * records' own time. Stores are in memory and not logged: a restart loses the open window only.
 */
public final class TelemetryTopology {
  private static final Logger LOG = Logger.getLogger(TelemetryTopology.class);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private TelemetryTopology() {}

  /**
   * @param devices gets a window of each device
   * @param experts gets a window of each layer
   */
  public static Topology build(
      SchedulerConfig.Topics topics,
      Duration window,
      Consumer<DeviceWindow> devices,
      Consumer<ExpertWindow> experts) {
    StreamsBuilder builder = new StreamsBuilder();
    TimeWindows windows = TimeWindows.ofSizeAndGrace(window, GRACE);
    devices(builder, topics, windows, devices);
    experts(builder, topics, windows, experts);
    return builder.build();
  }

  private static void devices(
      StreamsBuilder builder,
      SchedulerConfig.Topics topics,
      TimeWindows windows,
      Consumer<DeviceWindow> sink) {
    KStream<String, byte[]> records = builder.stream(topics.telemetryDevice(), consumed());
    records
        .flatMapValues(
            (key, value) ->
                parsed(
                    DeviceSample.parser(),
                    value,
                    sample -> sample.getDeviceId().equals(key) && isSound(sample)))
        .groupByKey(Grouped.with(Serdes.String(), serde(DeviceSample.parser())))
        .windowedBy(windows)
        .emitStrategy(EmitStrategy.onWindowClose())
        .aggregate(
            DeviceAggregate::new,
            (key, sample, aggregate) -> aggregate.add(sample),
            Materialized.<String, DeviceAggregate>as(
                    Stores.inMemoryWindowStore(
                        "device-windows",
                        retention(windows),
                        Duration.ofMillis(windows.sizeMs),
                        false))
                .withKeySerde(Serdes.String())
                .withValueSerde(DeviceAggregate.serde())
                .withLoggingDisabled()
                .withCachingDisabled())
        .toStream()
        .foreach(
            (key, aggregate) -> aggregate.windows(key.key(), key.window().end()).forEach(sink));
  }

  private static void experts(
      StreamsBuilder builder,
      SchedulerConfig.Topics topics,
      TimeWindows windows,
      Consumer<ExpertWindow> sink) {
    KStream<String, byte[]> records = builder.stream(topics.telemetryExpert(), consumed());
    Materialized<String, ExpertCounts, WindowStore<Bytes, byte[]>> store =
        Materialized.<String, ExpertCounts>as(
                Stores.inMemoryWindowStore(
                    "expert-windows", retention(windows), Duration.ofMillis(windows.sizeMs), false))
            .withKeySerde(Serdes.String())
            .withValueSerde(ExpertCounts.serde())
            .withLoggingDisabled()
            .withCachingDisabled();
    records
        .flatMapValues(
            (key, value) ->
                parsed(
                    ExpertSample.parser(),
                    value,
                    sample -> key(sample).equals(key) && ExpertCounts.isSound(sample)))
        .groupByKey(Grouped.with(Serdes.String(), serde(ExpertSample.parser())))
        .windowedBy(windows)
        .emitStrategy(EmitStrategy.onWindowClose())
        .aggregate(ExpertCounts::new, (key, sample, counts) -> counts.add(sample), store)
        .toStream()
        .foreach(
            (key, counts) -> {
              int slash = key.key().lastIndexOf('/');
              sink.accept(
                  new ExpertWindow(
                      key.key().substring(0, slash),
                      Integer.parseInt(key.key().substring(slash + 1)),
                      key.window().end(),
                      counts.tokens()));
            });
  }

  /** A record without a time is skipped by the library; by default it would stop the thread. */
  private static Consumed<String, byte[]> consumed() {
    return Consumed.with(Serdes.String(), Serdes.ByteArray())
        .withTimestampExtractor((record, previous) -> record.timestamp());
  }

  private static boolean isSound(DeviceSample sample) {
    return sample.getSteps() >= 0
        && isSound(sample.getAttentionSeconds())
        && isSound(sample.getExpertSeconds())
        && isSound(sample.getOtherSeconds())
        && Double.isFinite(sample.getTemperatureCelsius());
  }

  private static boolean isSound(double seconds) {
    return seconds >= 0 && Double.isFinite(seconds);
  }

  private static Duration retention(TimeWindows windows) {
    return Duration.ofMillis(windows.sizeMs * 2 + windows.gracePeriodMs() * 2);
  }

  private static String key(ExpertSample sample) {
    return sample.getDeploymentId() + "/" + sample.getLayer();
  }

  /** The record, or nothing when it is not what its topic promises. */
  private static <T extends MessageLite> List<T> parsed(
      Parser<T> parser, byte @Nullable [] value, Predicate<T> isSound) {
    try {
      if (value != null) {
        T sample = parser.parseFrom(value);
        if (isSound.test(sample)) {
          return List.of(sample);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      LOG.debugf("a telemetry record does not parse: %s", e.getMessage());
    }
    MalformedRecords.count();
    return List.of();
  }

  static <T extends MessageLite> Serde<T> serde(Parser<T> parser) {
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : value.toByteArray(),
        (topic, bytes) -> {
          if (bytes == null) {
            return null;
          }
          try {
            return parser.parseFrom(bytes);
          } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a record of our own store does not parse", e);
          }
        });
  }
}
