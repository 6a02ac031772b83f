package dev.hejin.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final List<String> VERSIONS = List.of("1.32", "1.33", "1.34", "1.35");
  private static final List<String> OVERLAYS = List.of("dev", "production");

  static Stream<Arguments> overlaysOfEachVersion() {
    return OVERLAYS.stream()
        .flatMap(overlay -> VERSIONS.stream().map(version -> Arguments.of(overlay, version)));
  }

  @NeedsKubectl
  @ParameterizedTest
  @MethodSource("overlaysOfEachVersion")
  void shouldBeWhatKubernetesTakes(String overlay, String version) throws Exception {
    // When
    List<JsonNode> objects = Rendering.of(Rendering.manifests().resolve("overlays/" + overlay));

    // Then
    assertThat(objects).hasSizeGreaterThan(5);
    assertThat(faults(objects, version)).isEmpty();
  }

  @NeedsKubectl
  @ParameterizedTest
  @MethodSource("dev.hejin.deploy.kubernetes.Vendors#names")
  void shouldGiveEachVendorAgentsThatKubernetesTakes(String vendor) throws Exception {
    // When
    List<JsonNode> objects = Vendors.agentsOf(vendor);

    // Then
    assertThat(objects).hasSize(1);
    for (String version : VERSIONS) {
      assertThat(faults(objects, version)).isEmpty();
    }
    assertThat(Promises.broken(objects)).isEmpty();
  }

  @NeedsKubectl
  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  void shouldKeepWhatIsPromised(String overlay) throws Exception {
    // When
    List<JsonNode> objects = Rendering.of(Rendering.manifests().resolve("overlays/" + overlay));

    // Then
    assertThat(Promises.broken(objects)).isEmpty();
    assertThat(References.broken(objects)).isEmpty();
  }

  @Test
  void shouldHaveAComponentForEachVendorThatIsProbed() throws IOException {
    // Given: the packages of the probes; pci and the like are no vendors, one package has two.
    Path probes =
        Rendering.manifests()
            .resolve("../../device-agent/app/src/main/java/dev/hejin/agent/app/probe");
    List<String> packages = new ArrayList<>(List.of("amd"));
    try (Stream<Path> folders = Files.list(probes)) {
      folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !List.of("pci", "form", "tool").contains(name))
          .forEach(packages::add);
    }

    // When
    List<String> vendors = Vendors.names().toList();

    // Then
    assertThat(vendors).containsExactlyInAnyOrderElementsOf(packages);
  }

  static List<String> faults(List<JsonNode> objects, String version) throws IOException {
    List<String> faults = new ArrayList<>();
    try (KubernetesTypes types = KubernetesTypes.of(version)) {
      for (JsonNode object : objects) {
        faults.addAll(
            OperatorTypes.knows(object) ? OperatorTypes.faults(object) : types.faults(object));
      }
    }
    return faults;
  }
}
