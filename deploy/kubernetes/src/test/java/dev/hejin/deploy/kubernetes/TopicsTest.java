package dev.hejin.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Strimzi makes the topics before the scheduler could: they must be those that it would make. */
class TopicsTest {
  private static final Path SCHEDULER =
      Rendering.manifests()
          .resolve("../../scheduler-service/app/src/main/java/dev/hejin/scheduler/app");
  private static final Pattern TOPIC = Pattern.compile("@WithDefault\\(\"(hejin\\.[a-z.]+)\"\\)");

  private final List<JsonNode> topics = read("kafka-topics.yaml");

  @Test
  void shouldMakeEachTopicThatTheSchedulerNames() throws IOException {
    // Given
    Set<String> named = new LinkedHashSet<>();
    for (String file : List.of("config/SchedulerConfig.java", "config/SecurityConfig.java")) {
      Matcher matcher = TOPIC.matcher(Files.readString(SCHEDULER.resolve(file)));
      while (matcher.find()) {
        named.add(matcher.group(1));
      }
    }

    // When
    List<String> made = topics.stream().map(each -> each.at("/metadata/name").asText()).toList();

    // Then
    assertThat(named).hasSize(4);
    assertThat(made).containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void shouldKeepTheEventLogAsTheSchedulerWould() throws IOException {
    // Given
    String log = Files.readString(SCHEDULER.resolve("store/EventLog.java"));
    String own = Files.readString(SCHEDULER.resolve("store/Topics.java"));

    // When
    JsonNode config = topic("hejin.event").at("/spec/config");

    // Then
    assertThat(log).contains("MOST_RECORD_BYTES = 32 << 20;");
    assertThat(own).contains("64 << 20").contains("KEEP_FOREVER = \"-1\"").contains("3600000");
    assertThat(config.path("max.message.bytes").asInt()).isEqualTo(32 << 20);
    assertThat(config.path("segment.bytes").asInt()).isEqualTo(64 << 20);
    assertThat(config.path("retention.ms").asInt()).isEqualTo(-1);
    assertThat(config.path("retention.bytes").asInt()).isEqualTo(-1);
    assertThat(topic("hejin.event").at("/spec/partitions").asInt()).isEqualTo(1);
  }

  @Test
  void shouldLetTheSchedulerUseEachTopicAndAgentsWriteTelemetryAlone() {
    // Given
    List<JsonNode> users = read("kafka-users.yaml");

    // When, then
    for (JsonNode topic : topics) {
      String name = topic.at("/metadata/name").asText();
      assertThat(may(users, "hejin-scheduler", name, "Describe")).as(name).isTrue();
      assertThat(may(users, "hejin-agent", name, "Write"))
          .as(name)
          .isEqualTo(name.startsWith("hejin.telemetry."));
      assertThat(may(users, "hejin-agent", name, "Read")).as(name).isFalse();
    }
    assertThat(may(users, "hejin-scheduler", "hejin.event", "Delete")).isTrue();
    assertThat(may(users, "hejin-scheduler", "hejin.audit", "Write")).isTrue();
    assertThat(may(users, "hejin-scheduler", "hejin.telemetry.device", "Write")).isFalse();
  }

  private static boolean may(List<JsonNode> users, String user, String topic, String operation) {
    for (JsonNode each : users) {
      if (each.at("/metadata/name").asText().equals(user)) {
        for (JsonNode acl : each.at("/spec/authorization/acls")) {
          if (covers(acl.path("resource"), topic)
              && acl.path("operations").toString().contains("\"" + operation + "\"")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean covers(JsonNode resource, String topic) {
    String name = resource.path("name").asText();
    return resource.path("type").asText().equals("topic")
        && (resource.path("patternType").asText().equals("prefix")
            ? topic.startsWith(name)
            : topic.equals(name));
  }

  private JsonNode topic(String name) {
    return topics.stream()
        .filter(each -> each.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> read(String file) {
    Path folder = Rendering.manifests().resolve("overlays/production/control-plane");
    try {
      return Rendering.parse(Files.readString(folder.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
