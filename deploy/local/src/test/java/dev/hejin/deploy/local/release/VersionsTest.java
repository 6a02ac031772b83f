package dev.hejin.deploy.local.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A version stands in the root's pom and nowhere else, or here is who follows it. */
class VersionsTest {
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern KAFKA_IMAGE = Pattern.compile("apache/kafka:([0-9.]+)");

  private static Path root() {
    return Path.of(System.getProperty("hejin.root", "../.."));
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static String property(String pom, String name) {
    return all(Pattern.compile("<" + name + ">([^<]+)</" + name + ">"), pom).getFirst();
  }

  @Test
  void shouldKeepVersionsInTheRootsPom() throws IOException {
    // Given
    String pom = Files.readString(root().resolve("pom.xml"));
    String own = all(VERSION, pom).getFirst();
    List<String> modules = all(MODULE, pom);

    // When
    List<String> strays = new ArrayList<>();
    for (String module : modules) {
      for (String version : all(VERSION, Files.readString(root().resolve(module + "/pom.xml")))) {
        if (!version.startsWith("${") && !version.equals(own)) {
          strays.add(module + ": " + version);
        }
      }
    }

    // Then
    assertThat(modules).hasSizeGreaterThan(10);
    assertThat(strays).isEmpty();
  }

  @Test
  void shouldRunTheKafkaThatWeBuildWith() throws IOException {
    // Given
    String kafka = property(Files.readString(root().resolve("pom.xml")), "kafka.version");

    // When
    List<String> images = new ArrayList<>();
    for (String file :
        List.of(
            "deploy/compose/compose.yaml",
            "deploy/kubernetes/overlays/dev/kafka.yaml",
            "deploy/local/src/test/java/dev/hejin/deploy/local/cluster/DockerCondition.java")) {
      images.addAll(all(KAFKA_IMAGE, Files.readString(root().resolve(file))));
    }

    // Then
    assertThat(images).hasSizeGreaterThanOrEqualTo(3).containsOnly(kafka);
  }
}
