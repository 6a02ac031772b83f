package dev.hejin.deploy.local.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every library that we ship has a licence that lets us, by the bills of materials of the build.
 */
class LicencesTest {
  /**
   * As SPDX names them, but for that of RE2/J, which is BSD-3-Clause with the Go authors' names.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "EPL-2.0",
          "Go License",
          "MIT",
          "MIT-0",
          "UPL-1.0");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path root() {
    return Path.of(System.getProperty("hejin.root", "../.."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scheduler-service/app", "device-agent/app", "deploy/broker", "deploy/local"})
  void shouldShipOnlyLibrariesWithAllowedLicences(String module) throws IOException {
    // Given
    Path file = root().resolve(module).resolve("target").resolve("bom.json");
    assumeTrue(Files.exists(file), file + " is not there: the build ran with -DskipChecks");

    // When
    JsonNode bom = JSON.readTree(file.toFile());

    // Then
    assertThat(bom.path("components")).as("libraries").hasSizeGreaterThan(5);
    assertThat(problems(bom)).isEmpty();
  }

  @Test
  void shouldNameALibraryWithAnotherLicenceOrNone() throws IOException {
    // Given
    JsonNode bom =
        JSON.readTree(
            """
            {"components": [
              {"group": "a", "name": "good", "version": "1",
               "licenses": [{"license": {"id": "GPL-3.0-only"}}, {"license": {"id": "MIT"}}]},
              {"group": "b", "name": "bad", "version": "2",
               "licenses": [{"license": {"id": "AGPL-3.0-only"}}]},
              {"group": "c", "name": "silent", "version": "3"},
              {"group": "d", "name": "choice", "version": "4",
               "licenses": [{"expression": "EPL-2.0 OR GPL-2.0-only"}]}]}
            """);

    // When / Then
    assertThat(problems(bom)).containsExactly("b:bad:2 [AGPL-3.0-only]", "c:silent:3 []");
  }

  /** Libraries of which no licence is allowed; several licences of one library are a choice. */
  private static List<String> problems(JsonNode bom) {
    List<String> problems = new ArrayList<>();
    for (JsonNode component : bom.path("components")) {
      if (component.path("group").asText().equals("dev.hejin")) {
        continue;
      }
      TreeSet<String> licences = new TreeSet<>();
      for (JsonNode each : component.path("licenses")) {
        Stream.of(each.path("expression").asText().split(" OR "))
            .filter(name -> !name.isBlank())
            .forEach(licences::add);
        String id = each.path("license").path("id").asText();
        String name = id.isBlank() ? each.path("license").path("name").asText() : id;
        if (!name.isBlank()) {
          licences.add(name);
        }
      }
      if (licences.stream().noneMatch(ALLOWED::contains)) {
        problems.add(
            "%s:%s:%s %s"
                .formatted(
                    component.path("group").asText(),
                    component.path("name").asText(),
                    component.path("version").asText(),
                    licences));
      }
    }
    return problems;
  }
}
