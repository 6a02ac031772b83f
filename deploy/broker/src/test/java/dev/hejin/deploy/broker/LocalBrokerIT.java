package dev.hejin.deploy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class LocalBrokerIT {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final Path scratch;

  LocalBrokerIT(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @Test
  void shouldKeepRecordsAndClusterWhenKilledAndStartedAgain() throws Exception {
    // Given
    String data = scratch.resolve("data with space").toString();
    String clusterId;
    try (BrokerProcess first = BrokerProcess.start(scratch, "--data", data, "--port", "0")) {
      String bootstrap = first.awaitReady();
      clusterId = createTopic(bootstrap);
      produce(bootstrap, "before the kill");
      assertThat(consume(bootstrap, 1)).containsExactly("before the kill");
      first.kill();
    }

    // When
    try (BrokerProcess second = BrokerProcess.start(scratch, "--data", data, "--port", "0")) {
      String bootstrap = second.awaitReady();
      produce(bootstrap, "after the restart");

      // Then
      assertThat(consume(bootstrap, 2)).containsExactly("before the kill", "after the restart");
      assertThat(clusterId(bootstrap)).isEqualTo(clusterId);
      second.terminate();
      assertThat(second.exitCode(STOP_LIMIT)).isEqualTo(143);
      assertThat(second.restOfOutput()).isEmpty();
      assertThat(second.errors()).isEmpty();
    }
  }

  @Test
  void shouldRefusePortAndFolderInUse() throws Exception {
    // Given
    String data = scratch.resolve("data").toString();
    try (BrokerProcess running = BrokerProcess.start(scratch, "--data", data, "--port", "0")) {
      String bootstrap = running.awaitReady();
      String port = bootstrap.substring(bootstrap.indexOf(':') + 1);

      // When
      try (BrokerProcess samePort =
              BrokerProcess.start(
                  scratch, "--data", scratch.resolve("other").toString(), "--port", port);
          BrokerProcess sameFolder = BrokerProcess.start(scratch, "--data", data, "--port", "0")) {

        // Then
        assertThat(samePort.exitCode(STOP_LIMIT)).isEqualTo(2);
        assertThat(samePort.errors())
            .startsWith("broker: port " + port + " on 127.0.0.1 cannot be used")
            .hasLineCount(2);
        assertThat(sameFolder.exitCode(STOP_LIMIT)).isEqualTo(2);
        assertThat(sameFolder.errors())
            .startsWith("broker: data folder " + data + " is in use by a running broker")
            .hasLineCount(2);
      }
    }
  }

  @Test
  void shouldEndWithTheProcessThatItWasGiven() throws Exception {
    // Given
    Process parent = new ProcessBuilder(List.of("sleep", "60")).start();
    try (BrokerProcess broker =
        BrokerProcess.start(
            scratch,
            "--data",
            scratch.resolve("data").toString(),
            "--parent-pid",
            Long.toString(parent.pid()))) {
      broker.awaitReady();

      // When
      parent.destroyForcibly().waitFor();

      // Then
      assertThat(broker.exitCode(STOP_LIMIT)).isZero();
    }
  }

  @Test
  void shouldRefuseGarbledProperties() throws Exception {
    // Given
    Path kafka = Files.createDirectories(scratch.resolve("data/kafka"));
    Files.writeString(kafka.resolve("meta.properties"), "\u0000\u0001 not a property file");

    // When
    try (BrokerProcess broker =
        BrokerProcess.start(scratch, "--data", scratch.resolve("data").toString())) {

      // Then
      assertThat(broker.exitCode(STOP_LIMIT)).isEqualTo(2);
      assertThat(broker.restOfOutput()).isEmpty();
      assertThat(broker.errors()).contains("damaged").contains("Maybe ").hasLineCount(2);
    }
  }

  private static String createTopic(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(List.of(new NewTopic("test", 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    return clusterId(bootstrap);
  }

  private static String clusterId(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      return admin.describeCluster().clusterId().get(30, TimeUnit.SECONDS);
    }
  }

  private static void produce(String bootstrap, String value) throws Exception {
    Properties settings = new Properties();
    settings.setProperty("bootstrap.servers", bootstrap);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("test", value)).get(30, TimeUnit.SECONDS);
    }
  }

  /** Reads through a consumer group, so that the offsets topic is used too. */
  private static List<String> consume(String bootstrap, int count) {
    Properties settings = new Properties();
    settings.setProperty("bootstrap.servers", bootstrap);
    settings.setProperty("group.id", "reader-of-" + count);
    settings.setProperty("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("test"));
      List<String> values = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }
}
