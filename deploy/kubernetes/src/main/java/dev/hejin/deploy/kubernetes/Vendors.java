package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The components of the vendors' agents. */
final class Vendors {
  private static final String SHARED = "agent";

  private Vendors() {}

  static Stream<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(Rendering.manifests().resolve("components"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !name.equals(SHARED))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** The DaemonSet of one vendor, as an overlay gets it that names the vendor. */
  static List<JsonNode> agentsOf(String vendor) throws IOException, InterruptedException {
    Path target = Files.createDirectories(Rendering.manifests().resolve("target"));
    Path overlay = Files.createTempDirectory(target, "vendor-");
    Path file = overlay.resolve("kustomization.yaml");
    try {
      Files.writeString(
          file,
          """
          apiVersion: kustomize.config.k8s.io/v1beta1
          kind: Kustomization
          components:
            - ../../components/%s
            - ../../components/%s
          """
              .formatted(vendor, SHARED));
      return Rendering.of(overlay);
    } finally {
      Files.delete(file);
      Files.delete(overlay);
    }
  }
}
