package dev.hejin.deploy.local.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert finds what to do under its name. */
class RunbookTest {
  private static final Path DEPLOY =
      Path.of(System.getProperty("hejin.root", "../..")).resolve("deploy");

  @Test
  void shouldHaveAnEntryForEachAlertAndNoOther() throws IOException {
    // Given
    List<String> entries =
        Files.readString(DEPLOY.resolve("docs/runbook.md"))
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring("## ".length()))
            .toList();

    // When
    List<String> alerts = new ArrayList<>();
    JsonNode rules =
        new YAMLMapper().readTree(DEPLOY.resolve("observability/alerts.yaml").toFile());
    for (JsonNode group : rules.path("spec").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String name = rule.path("alert").asText();
        alerts.add(name);
        assertThat(rule.path("annotations").path("runbook").asText())
            .isEqualTo("deploy/docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
        assertThat(rule.path("labels").path("severity").asText())
            .as(name)
            .isIn("critical", "warning", "info");
      }
    }

    // Then
    assertThat(alerts).isNotEmpty().doesNotHaveDuplicates();
    assertThat(entries).containsExactlyInAnyOrderElementsOf(alerts);
  }
}
