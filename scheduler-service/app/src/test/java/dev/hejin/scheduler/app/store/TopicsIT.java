package dev.hejin.scheduler.app.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.lifecycle.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics on a real broker. */
@Timeout(120)
class TopicsIT {
  private static final String EVENT = "hejin.event";
  private static final String DEVICE = "hejin.telemetry.device";
  private static final String EXPERT = "hejin.telemetry.expert";

  private final BrokerProcess broker;
  private final SchedulerConfig config;

  TopicsIT(@TempDir Path scratch) throws Exception {
    broker = BrokerProcess.start(scratch.resolve("data"), "0");
    config = SampleConfig.of(broker.bootstrapServers());
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  /** Of all topics; the broker hears a little later than the creator that they are there. */
  private Map<String, Integer> partitions() throws Exception {
    try (Admin admin = admin()) {
      while (!admin.listTopics().names().get().containsAll(List.of(EVENT, DEVICE, EXPERT))) {
        Thread.sleep(20);
      }
      TreeMap<String, Integer> partitions = new TreeMap<>();
      admin
          .describeTopics(List.of(EVENT, DEVICE, EXPERT))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .forEach((name, topic) -> partitions.put(name, topic.partitions().size()));
      return partitions;
    }
  }

  private String setting(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      Config config =
          Objects.requireNonNull(
              admin
                  .describeConfigs(List.of(resource))
                  .all()
                  .get(30, TimeUnit.SECONDS)
                  .get(resource));
      return config.get(name).value();
    }
  }

  @Test
  void shouldCreateTopics() throws Exception {
    // When
    Topics.ensure(config);

    // Then
    assertThat(partitions()).isEqualTo(Map.of(EVENT, 1, DEVICE, 4, EXPERT, 4));
    assertThat(setting(EVENT, "retention.ms")).isEqualTo("-1");
    assertThat(setting(EVENT, "retention.bytes")).isEqualTo("-1");
    assertThat(setting(EVENT, "max.message.bytes"))
        .isEqualTo(Integer.toString(EventLog.MOST_RECORD_BYTES));
    assertThat(setting(DEVICE, "retention.ms")).isEqualTo("3600000");
    assertThat(setting(DEVICE, "message.timestamp.type")).isEqualTo("LogAppendTime");
    assertThat(setting(EXPERT, "message.timestamp.type")).isEqualTo("LogAppendTime");
  }

  @Test
  void shouldLeaveTopicsOfTheirOwnersAlone() throws Exception {
    // Given
    try (Admin admin = admin()) {
      admin
          .createTopics(List.of(new NewTopic(DEVICE, 7, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }

    // When
    Topics.ensure(config);
    Topics.ensure(config);

    // Then
    assertThat(partitions()).isEqualTo(Map.of(EVENT, 1, DEVICE, 7, EXPERT, 4));
    assertThat(setting(DEVICE, "message.timestamp.type")).isEqualTo("CreateTime");
  }

  @Test
  void shouldTakeThePlanOfAVeryLargePool() throws Exception {
    // Given
    Topics.ensure(config);
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    while (text.length() < 20 << 20) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    LogRecord large = LogRecord.of(new Event.NodeDrained("n1", text.toString()), 1, 1000);
    List<LogRecord> read = new ArrayList<>();

    // When
    try (EventLog log = new EventLog(broker.bootstrapServers(), EVENT)) {
      log.open(read::add, (done, end) -> assertThat(done).isLessThanOrEqualTo(end));
      log.append(List.of(large));
    }

    // Then
    try (EventLog log = new EventLog(broker.bootstrapServers(), EVENT)) {
      log.open(read::add, (done, end) -> assertThat(done).isLessThanOrEqualTo(end));
    }
    assertThat(read).containsExactly(large);
  }

  @Test
  void shouldSayThatTheBrokerIsAway() throws Exception {
    // Given
    broker.kill();

    // When, then
    assertThatThrownBy(() -> Topics.ensure(config))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageStartingWith("Kafka at " + broker.bootstrapServers() + " cannot be used: ")
        .hasMessageContaining("\nMaybe start the broker, or set KAFKA_BOOTSTRAP_SERVERS.");
  }
}
