package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What kustomize, as kubectl carries it, makes of a folder. */
final class Rendering {
  private static final long LIMIT_SECONDS = 60;
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Rendering() {}

  /** The folder of manifests. */
  static Path manifests() {
    return Path.of(System.getProperty("hejin.root", "../..")).resolve("deploy/kubernetes");
  }

  /** Whether manifests can be rendered here. */
  static boolean isPossible() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
  }

  /** The objects of a folder, in their order. */
  static List<JsonNode> of(Path folder) throws IOException, InterruptedException {
    Path out = Files.createTempFile("hejin-rendered", ".yaml");
    Path err = Files.createTempFile("hejin-rendered", ".err");
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("kubectl kustomize " + folder + " takes too long");
      }
      if (process.exitValue() != 0) {
        throw new IOException("kubectl kustomize " + folder + ": " + Files.readString(err));
      }
      return parse(Files.readString(out));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Objects of a text with several documents. */
  static List<JsonNode> parse(String text) {
    List<JsonNode> objects = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNextValue()) {
        JsonNode next = documents.nextValue();
        if (next != null && next.isObject()) {
          objects.add(next);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  /** Kind and name, for people. */
  static String nameOf(JsonNode object) {
    return object.path("kind").asText()
        + " "
        + object.path("metadata").path("namespace").asText("")
        + "/"
        + object.path("metadata").path("name").asText();
  }
}
