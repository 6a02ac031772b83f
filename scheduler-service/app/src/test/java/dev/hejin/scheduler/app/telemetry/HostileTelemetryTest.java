package dev.hejin.scheduler.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.telemetry.v1.DeviceCondition;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.hostile.Fuzz;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hostile records in the telemetry topics: nothing ends the aggregation, windows stay sound. */
@Timeout(3600)
class HostileTelemetryTest {
  private static final Timestamp END = Timestamp.newBuilder().setSeconds(1_000).build();
  private static final DeviceSample SAMPLE =
      DeviceSample.newBuilder()
          .setNodeId("n")
          .setDeviceId("n/0")
          .setDeploymentId("d")
          .setEpoch(3)
          .setWindowEndTime(END)
          .setSequence(1)
          .setSteps(10)
          .setAttentionSeconds(0.1)
          .setExpertSeconds(0.2)
          .setOtherSeconds(0.3)
          .setTemperatureCelsius(50)
          .setCondition(
              DeviceCondition.newBuilder()
                  .setHealth(Health.HEALTH_HEALTHY)
                  .addRemarks("hot")
                  .setEccUncorrectedCount(1))
          .build();

  private static final ExpertSample EXPERTS =
      ExpertSample.newBuilder()
          .setDeviceId("n/0")
          .setDeploymentId("d")
          .setLayer(3)
          .setSequence(1)
          .setWindowEndTime(END)
          .addExperts(1)
          .addTokens(5)
          .addExperts(2)
          .addTokens(6)
          .build();

  private final List<DeviceWindow> devices = new ArrayList<>();
  private final List<ExpertWindow> experts = new ArrayList<>();
  private long time;

  private void run(Path state, boolean device, List<Message> valid, String... keys) {
    SchedulerConfig.Topics topics = SampleConfig.of("nowhere:1").topics();
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "hostile");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    try (TopologyTestDriver driver =
        new TopologyTestDriver(
            TelemetryTopology.build(topics, Duration.ofSeconds(3), devices::addAll, experts::add),
            settings,
            Instant.ofEpochMilli(Long.MAX_VALUE / 4))) {
      TestInputTopic<String, byte[]> topic =
          driver.createInputTopic(
              device ? topics.telemetryDevice() : topics.telemetryExpert(),
              new StringSerializer(),
              new ByteArraySerializer());
      int unused =
          Fuzz.run(
              valid,
              e -> false,
              bytes -> {
                time += Arrays.hashCode(bytes) % 500 + 100;
                time = Math.max(0, time);
                topic.pipeInput(keys[(int) (time % keys.length)], bytes, time);
              });
      Message sound = device ? SAMPLE : EXPERTS;
      topic.pipeInput(device ? "n/0" : "d/3", sound.toByteArray(), time + 10_000);
      topic.pipeInput(device ? "n/0" : "d/3", sound.toByteArray(), time + 20_000);
    }
  }

  @Test
  void shouldKeepDeviceWindowsSound(@TempDir Path state) {
    // When
    run(
        state,
        true,
        List.of(SAMPLE, DeviceSamples.newBuilder().addSamples(SAMPLE).addSamples(SAMPLE).build()),
        "n/0",
        "n");

    // Then
    assertThat(devices)
        .isNotEmpty()
        .allSatisfy(
            window -> {
              assertThat(window.stepSeconds()).isNotNegative().isNotNaN();
              assertThat(window.steps()).isNotNegative();
              assertThat(window.temperatureCelsius()).isFinite();
            });
  }

  @Test
  void shouldKeepExpertWindowsSound(@TempDir Path state) {
    // When
    run(state, false, List.of(EXPERTS), "d/3");

    // Then
    assertThat(experts)
        .isNotEmpty()
        .allSatisfy(
            window -> assertThat(Arrays.stream(window.tokens()).min().orElse(0)).isNotNegative());
  }
}
