package dev.hejin.agent.app.telemetry;

import dev.hejin.agent.app.codec.SampleCodec;
import dev.hejin.agent.app.observe.AgentMeters;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.ExpertTokens;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Asks the source once a window and hands its figures to the writer. */
public final class Telemetry implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Telemetry.class);

  private final TelemetrySource source;
  private final TelemetrySettings settings;
  private final InstantSource clock;
  private final TelemetryBuffer buffer;
  private final KafkaWriter writer;
  private final Map<String, Long> sequences = new TreeMap<>();
  private final ScheduledExecutorService sampler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hejin-telemetry").daemon().factory());
  private Instant windowStart;
  private long window;

  public Telemetry(TelemetrySource source, TelemetrySettings settings, InstantSource clock) {
    this(source, settings, clock, new TelemetryBuffer(settings.bufferRecords()));
  }

  Telemetry(
      TelemetrySource source,
      TelemetrySettings settings,
      InstantSource clock,
      TelemetryBuffer buffer) {
    this.source = source;
    this.settings = settings;
    this.clock = clock;
    this.buffer = buffer;
    this.writer = new KafkaWriter(settings.bootstrapServers(), settings.security(), buffer);
    this.windowStart = clock.instant();
  }

  /** Samples until closed. */
  public void start() {
    writer.start();
    windowStart = clock.instant();
    long nanos = settings.window().toNanos();
    var unused = sampler.scheduleAtFixedRate(this::sample, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** One window. */
  void sample() {
    try {
      Instant end = clock.instant();
      double seconds = settings.window().toNanos() / 1e9;
      Map<String, DeviceSamples.Builder> nodes = new TreeMap<>();
      for (DeviceWindow each : source.observe(++window, seconds)) {
        take(each, end, nodes.computeIfAbsent(each.nodeId(), n -> DeviceSamples.newBuilder()));
      }
      nodes.forEach(
          (node, samples) ->
              buffer.add(
                  new TelemetryRecord(
                      settings.deviceTopic(), node, samples.build(), samples.getSamplesCount())));
      windowStart = end;
    } catch (RuntimeException e) {
      // A scheduled task that throws is not run again.
      LOG.error("a telemetry window is lost", e);
    }
  }

  /** Records that were lost. */
  public long dropped() {
    return buffer.dropped();
  }

  private void take(DeviceWindow each, Instant end, DeviceSamples.Builder node) {
    AgentMeters.sampled(1);
    long sequence = sequences.merge(each.deviceId(), 1L, Long::sum);
    node.addSamples(SampleCodec.toProto(each, windowStart, end, sequence, buffer.dropped()));
    for (ExpertTokens tokens : each.experts()) {
      buffer.add(
          new TelemetryRecord(
              settings.expertTopic(),
              each.deploymentId() + "/" + tokens.layer(),
              SampleCodec.toProto(each, tokens, windowStart, end, sequence),
              1));
    }
  }

  @Override
  public void close() {
    sampler.shutdownNow();
    writer.close();
  }
}
