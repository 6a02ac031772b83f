package dev.hejin.scheduler.app.telemetry;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * Two aggregations over tumbling windows: step time by device, expert counts by deployment and
 * layer. A window is emitted once, when it closes: its end plus a grace of one second, by the
 * records' own time. Each partition is a task of its own, so that threads and processes can share
 * them. Sinks are called on the stream's threads and must not wait.
 */
public final class TelemetryTopology {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private TelemetryTopology() {}

  /**
   * @param devices gets the windows of all devices of a partition
   * @param experts gets a window of each layer
   */
  public static Topology build(
      SchedulerConfig.Topics topics,
      Duration window,
      Consumer<List<DeviceWindow>> devices,
      Consumer<ExpertWindow> experts) {
    Topology topology = new Topology();
    source(topology, "device-records", topics.telemetryDevice());
    topology.addProcessor(
        "device-windows",
        () -> new WindowProcessor<>(new DeviceMeans(devices), window, GRACE),
        "device-records");
    source(topology, "expert-records", topics.telemetryExpert());
    topology.addProcessor(
        "expert-windows",
        () -> new WindowProcessor<>(new ExpertSums(experts), window, GRACE),
        "expert-records");
    return topology;
  }

  /** A record without a time is skipped by the library; by default it would stop the thread. */
  private static void source(Topology topology, String name, String topic) {
    topology.addSource(
        AutoOffsetReset.latest(),
        name,
        (record, previous) -> record.timestamp(),
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        topic);
  }
}
