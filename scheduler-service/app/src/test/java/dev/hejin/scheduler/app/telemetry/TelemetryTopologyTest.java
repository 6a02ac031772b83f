package dev.hejin.scheduler.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Timestamp;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TelemetryTopologyTest {
  private static final long WINDOW = 3_000;
  private static final long START = WINDOW * 100;

  private final List<DeviceWindow> devices = new ArrayList<>();
  private final List<ExpertWindow> experts = new ArrayList<>();
  private final long malformedBefore = MalformedRecords.total();
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, byte[]> deviceTopic;
  private final TestInputTopic<String, byte[]> expertTopic;

  TelemetryTopologyTest(@TempDir Path state) {
    SchedulerConfig.Topics topics = SampleConfig.of("nowhere:1").topics();
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            TelemetryTopology.build(
                topics, Duration.ofMillis(WINDOW), devices::addAll, experts::add),
            settings,
            Instant.ofEpochMilli(START));
    deviceTopic =
        driver.createInputTopic(
            topics.telemetryDevice(), new StringSerializer(), new ByteArraySerializer());
    expertTopic =
        driver.createInputTopic(
            topics.telemetryExpert(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private static DeviceSample.Builder device(String id, long steps, double seconds) {
    return DeviceSample.newBuilder()
        .setDeviceId(id)
        .setDeploymentId("d")
        .setEpoch(1)
        .setSteps(steps)
        .setAttentionSeconds(seconds)
        .setExpertSeconds(2 * seconds)
        .setOtherSeconds(3 * seconds);
  }

  private static ExpertSample.Builder expert(int layer, int... expertsAndTokens) {
    ExpertSample.Builder sample = ExpertSample.newBuilder().setDeploymentId("d").setLayer(layer);
    for (int i = 0; i < expertsAndTokens.length; i += 2) {
      sample.addExperts(expertsAndTokens[i]).addTokens(expertsAndTokens[i + 1]);
    }
    return sample;
  }

  private void send(long time, DeviceSample.Builder sample) {
    deviceTopic.pipeInput(sample.getDeviceId(), sample.build().toByteArray(), START + time);
  }

  private void send(long time, ExpertSample.Builder sample) {
    expertTopic.pipeInput("d/" + sample.getLayer(), sample.build().toByteArray(), START + time);
  }

  private long malformed() {
    return MalformedRecords.total() - malformedBefore;
  }

  @BeforeEach
  void startWithNothing() {
    assertThat(devices).isEmpty();
    assertThat(experts).isEmpty();
  }

  @Test
  void shouldEmitWindowOnceWhenItCloses() {
    // Given
    send(0, device("n/0", 10, 0.001));
    send(2_999, device("n/0", 30, 0.002));
    send(3_999, device("n/0", 1, 1));
    List<DeviceWindow> early = List.copyOf(devices);

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(early).isEmpty();
    assertThat(devices).hasSize(1);
    DeviceWindow window = devices.getFirst();
    assertThat(window.deviceId()).isEqualTo("n/0");
    assertThat(window.deployment()).isEqualTo("d");
    assertThat(window.windowEndMillis()).isEqualTo(START + WINDOW);
    assertThat(window.steps()).isEqualTo(40);
    assertThat(window.attentionSeconds()).isCloseTo(0.00175, within(1e-12));
    assertThat(window.stepSeconds()).isCloseTo(6 * 0.00175, within(1e-12));
  }

  @Test
  void shouldKeepDevicesApart() {
    // Given
    send(0, device("n/0", 10, 0.001));
    send(1, device("n/1", 10, 0.002));

    // When
    send(4_000, device("n/2", 1, 1));

    // Then
    assertThat(devices).extracting(DeviceWindow::deviceId).containsExactlyInAnyOrder("n/0", "n/1");
    assertThat(devices)
        .extracting(DeviceWindow::attentionSeconds)
        .containsExactlyInAnyOrder(0.001, 0.002);
  }

  @Test
  void shouldKeepLastMemoryTemperatureAndOrigin() {
    // Given
    send(0, device("n/0", 10, 0.001).setMemoryUsedBytes(5).setTemperatureCelsius(40));
    send(
        1,
        device("n/0", 10, 0.001)
            .setMemoryUsedBytes(6)
            .setTemperatureCelsius(50)
            .setSimulated(true));

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices)
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.memoryUsedBytes()).isEqualTo(6);
              assertThat(window.temperatureCelsius()).isEqualTo(50);
              assertThat(window.simulated()).isTrue();
            });
  }

  @Test
  void shouldStartAfreshWithNextEpoch() {
    // Given
    send(0, device("n/0", 1000, 0.001));
    send(1, device("n/0", 1, 0.5).setEpoch(2));

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices)
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.epoch()).isEqualTo(2);
              assertThat(window.steps()).isEqualTo(1);
              assertThat(window.attentionSeconds()).isEqualTo(0.5);
            });
  }

  @Test
  void shouldKeepDeploymentsOfADeviceApart() {
    // Given
    send(0, device("n/0", 10, 0.001));
    send(1, device("n/0", 20, 0.5).setDeploymentId("other"));
    send(2, device("n/0", 10, 0.003));

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices)
        .extracting(DeviceWindow::deployment, DeviceWindow::steps, DeviceWindow::attentionSeconds)
        .containsExactlyInAnyOrder(
            tuple(device("n/0", 1, 1).getDeploymentId(), 20L, 0.002), tuple("other", 20L, 0.5));
  }

  @Test
  void shouldWeighIdleSamplesNothing() {
    // Given
    send(0, device("n/0", 0, 0));
    send(1, device("n/0", 10, 0.002));
    send(2, device("n/0", 0, 0));

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices)
        .singleElement()
        .satisfies(window -> assertThat(window.attentionSeconds()).isEqualTo(0.002));
  }

  @Test
  void shouldSumTokensOverDevices() {
    // Given
    send(0, expert(7, 0, 10, 3, 1).setDeviceId("n/0"));
    send(1, expert(7, 2, 5).setDeviceId("n/1"));
    send(2, expert(7, 0, 1).setDeviceId("n/2"));
    send(3, expert(8, 1, 4).setDeviceId("n/0"));

    // When
    send(4_000, expert(9, 0, 1));

    // Then
    assertThat(experts).hasSize(2);
    ExpertWindow seven = experts.stream().filter(w -> w.layer() == 7).findFirst().orElseThrow();
    assertThat(seven.deployment()).isEqualTo("d");
    assertThat(seven.windowEndMillis()).isEqualTo(START + WINDOW);
    assertThat(seven.tokens()).containsExactly(11, 0, 5, 1);
    ExpertWindow eight = experts.stream().filter(w -> w.layer() == 8).findFirst().orElseThrow();
    assertThat(eight.tokens()).containsExactly(0, 4);
  }

  @Test
  void shouldTakeRecordsThatComeLateWithinGrace() {
    // Given
    send(0, expert(7, 0, 10));
    send(3_900, expert(7, 0, 100));

    // When
    send(2_000, expert(7, 0, 1));
    send(4_000, expert(7, 0, 100));

    // Then
    assertThat(experts).singleElement().satisfies(w -> assertThat(w.tokens()).containsExactly(11));
  }

  @Test
  void shouldDropRecordsOfClosedWindows() {
    // Given
    send(0, expert(7, 0, 10));
    send(4_000, expert(7, 0, 100));

    // When
    send(2_999, expert(7, 0, 1));
    send(7_000, expert(7, 0, 1000));

    // Then
    assertThat(experts)
        .extracting(ExpertWindow::tokens)
        .containsExactly(new double[] {10}, new double[] {100});
    assertThat(malformed()).isZero();
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }

  @Test
  void shouldTakeAllDevicesOfANodeFromOneRecord() {
    // Given
    DeviceSamples samples =
        DeviceSamples.newBuilder()
            .addSamples(device("n/0", 10, 0.001))
            .addSamples(device("n/1", 10, 0.002))
            .build();
    deviceTopic.pipeInput("n", samples.toByteArray(), START);

    // When
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices)
        .extracting(DeviceWindow::deviceId, DeviceWindow::attentionSeconds)
        .containsExactly(tuple("n/0", 0.001), tuple("n/1", 0.002));
  }

  @Test
  void shouldTakeNothingOfARecordThatSpeaksForAnotherNode() {
    // Given
    DeviceSamples samples =
        DeviceSamples.newBuilder()
            .addSamples(device("n/0", 10, 0.001))
            .addSamples(device("m/0", 10, 0.002))
            .build();

    // When
    deviceTopic.pipeInput("n", samples.toByteArray(), START);
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices).isEmpty();
    assertThat(malformed()).isEqualTo(1);
  }

  @Test
  void shouldCountNoSampleTwice() {
    // Given
    DeviceSample.Builder first = device("n/0", 10, 0.001).setSequence(5).setWindowEndTime(at(7));
    ExpertSample.Builder tokens =
        expert(7, 0, 10).setDeviceId("n/0").setSequence(5).setWindowEndTime(at(7));
    long before = TelemetryCounters.duplicates();

    // When
    for (int copy = 0; copy < 3; copy++) {
      send(copy, first);
      send(copy, tokens);
    }
    send(10, device("n/0", 10, 0.003).setSequence(5).setWindowEndTime(at(8)));
    send(10, tokens.clone().setDeviceId("n/1"));
    send(4_000, device("n/0", 1, 1));
    send(4_000, expert(7, 0, 1));

    // Then
    assertThat(devices).extracting(DeviceWindow::steps).containsExactly(20L);
    assertThat(experts).extracting(ExpertWindow::tokens).containsExactly(new double[] {20});
    assertThat(TelemetryCounters.duplicates() - before).isEqualTo(4);
  }

  @Test
  void shouldNotBelieveClocksThatAreFarAhead() {
    // Given
    send(0, device("n/0", 10, 0.001));
    send(86_400_000, device("n/1", 10, 0.001));

    // When
    send(10, device("n/0", 10, 0.003));
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(devices).extracting(DeviceWindow::steps).containsExactly(20L);
    assertThat(malformed()).isEqualTo(1);
  }

  @Test
  void shouldKeepNoMoreOfAFloodThanItsShare() {
    // Given
    long before = TelemetryCounters.overflows();
    for (int i = 1; i <= 10_000; i++) {
      send(0, device("n/0", 1, 0.001).setSequence(i));
      send(1, expert(i, (1 << 12) - 1, 1));
    }

    // When
    send(4_000, device("n/0", 1, 1));
    send(4_000, expert(0, 0, 1));

    // Then
    assertThat(devices).extracting(DeviceWindow::steps).containsExactly(256L);
    assertThat(experts).hasSize(2016);
    assertThat(TelemetryCounters.overflows() - before).isEqualTo(9_744 + 7_984);
  }

  private static Arguments wrong(String key, DeviceSample.Builder sample) {
    return arguments(key, sample.build().toByteArray());
  }

  private static Arguments wrong(String key, ExpertSample.Builder sample) {
    return arguments(key, sample.build().toByteArray());
  }

  static Stream<Arguments> wrongDevices() {
    return Stream.of(
        arguments("n/0", new byte[] {(byte) 0xff, 1, 2}),
        arguments("n/0", null),
        wrong("n/1", device("n/0", 1, 1)),
        arguments(null, device("n/0", 1, 1).build().toByteArray()),
        wrong("n/0", device("n/0", -1, 1)),
        wrong("n/0", device("n/0", 1, Double.NaN)),
        wrong("n/0", device("n/0", 1, -0.001)),
        wrong("n/0", device("n/0", 1, 1).setExpertSeconds(Double.POSITIVE_INFINITY)),
        wrong("n/0", device("n/0", 1, 1).setOtherSeconds(Double.NaN)),
        wrong("n/0", device("n/0", 1, 1).setTemperatureCelsius(Double.NaN)));
  }

  @ParameterizedTest
  @MethodSource("wrongDevices")
  void shouldDropAndCountWrongDeviceRecord(@Nullable String key, byte @Nullable [] value) {
    // Given
    send(0, device("n/0", 10, 0.001));

    // When
    deviceTopic.pipeInput(key, value, START + 1);
    send(4_000, device("n/0", 1, 1));

    // Then
    assertThat(malformed()).isEqualTo(1);
    assertThat(devices)
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.steps()).isEqualTo(10);
              assertThat(window.attentionSeconds()).isEqualTo(0.001);
            });
  }

  static Stream<Arguments> wrongExperts() {
    return Stream.of(
        arguments("d/7", new byte[] {(byte) 0xff, 1, 2}),
        arguments("d/7", null),
        wrong("d/8", expert(7, 0, 1)),
        wrong("e/7", expert(7, 0, 1)),
        arguments(null, expert(7, 0, 1).build().toByteArray()),
        wrong("d/7", expert(7, 0, 1).addExperts(1)),
        wrong("d/7", expert(7, 0, 1).addTokens(1)),
        wrong("d/7", expert(7, -1, 1)),
        wrong("d/7", expert(7, 1 << 12, 1)),
        wrong("d/7", expert(7, 0, -1)));
  }

  @ParameterizedTest
  @MethodSource("wrongExperts")
  void shouldDropAndCountWrongExpertRecord(@Nullable String key, byte @Nullable [] value) {
    // Given
    send(0, expert(7, 0, 10));

    // When
    expertTopic.pipeInput(key, value, START + 1);
    send(4_000, expert(7, 0, 1));

    // Then
    assertThat(malformed()).isEqualTo(1);
    assertThat(experts).singleElement().satisfies(w -> assertThat(w.tokens()).containsExactly(10));
  }
}
