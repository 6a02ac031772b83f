package dev.hejin.deploy.local.load;

import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Device samples at a steady rate, a record for the eight devices of a node, written as agents
 * write them.
 */
final class TelemetrySource implements AutoCloseable {
  private static final long PAUSE_NANOS = 5_000_000;

  private final KafkaProducer<String, byte[]> producer;
  private final List<String> nodes;
  private final LongAdder written = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Thread thread;
  private volatile double samplesPerSecond;
  private volatile boolean stopped;
  private long sequence;

  TelemetrySource(String bootstrap, List<String> nodes, double samplesPerSecond) {
    this.nodes = List.copyOf(nodes);
    this.samplesPerSecond = samplesPerSecond;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.ACKS_CONFIG,
                "1",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                false,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                50,
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 << 10),
            new StringSerializer(),
            new ByteArraySerializer());
    this.thread = Thread.ofPlatform().name("telemetry-source").daemon().start(this::run);
  }

  void rate(double nextSamplesPerSecond) {
    samplesPerSecond = nextSamplesPerSecond;
  }

  double recordsPerSecond() {
    return samplesPerSecond / PoolText.DEVICES_PER_NODE;
  }

  /** Samples that the broker has taken. */
  long written() {
    return written.sum();
  }

  long failed() {
    return failed.sum();
  }

  /** Seconds that a device reports; another for each device, so that mistakes show. */
  static double seconds(int node, int device) {
    return 1e-3 + 1e-6 * node + 1e-8 * device;
  }

  private void run() {
    int node = 0;
    double due = 0;
    long before = System.nanoTime();
    while (!stopped) {
      long now = System.nanoTime();
      due += (now - before) / 1e9 * samplesPerSecond / PoolText.DEVICES_PER_NODE;
      before = now;
      for (; due >= 1 && !stopped; due--) {
        send(node);
        node = (node + 1) % nodes.size();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void send(int node) {
    String name = nodes.get(node);
    long now = System.currentTimeMillis();
    sequence++;
    DeviceSamples.Builder samples = DeviceSamples.newBuilder();
    for (int device = 0; device < PoolText.DEVICES_PER_NODE; device++) {
      double seconds = seconds(node, device);
      samples.addSamples(
          DeviceSample.newBuilder()
              .setNodeId(name)
              .setDeviceId(name + "/" + device)
              .setEpoch(1)
              .setWindowStartTime(Timestamps.fromMillis(now - 1_000))
              .setWindowEndTime(Timestamps.fromMillis(now))
              .setSequence(sequence)
              .setSteps(30 + sequence % 7)
              .setAttentionSeconds(0.3 * seconds)
              .setExpertSeconds(0.6 * seconds)
              .setOtherSeconds(0.1 * seconds)
              .setMemoryUsedBytes((60L << 30) + sequence)
              .setMemoryTotalBytes(96L << 30)
              .setTemperatureCelsius(55 + sequence % 11)
              .setSimulated(true));
    }
    var unused =
        producer.send(
            new ProducerRecord<>(TelemetryLag.DEVICE_TOPIC, name, samples.build().toByteArray()),
            (metadata, failure) ->
                (failure == null ? written : failed).add(PoolText.DEVICES_PER_NODE));
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
