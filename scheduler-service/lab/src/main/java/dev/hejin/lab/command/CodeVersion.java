package dev.hejin.lab.command;

import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.lab.world.World;
import dev.hejin.scheduler.planner.Planner;
import dev.hejin.scheduler.policy.registry.Policies;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Version of the code that simulates: the release and a hash of all classes that a trial may run,
 * those of policies from other jars among them. Results of other code are not mixed.
 */
final class CodeVersion {
  private static final int SHOWN = 12;
  private static final String RELEASE =
      "/META-INF/maven/dev.hejin/hejin-scheduler-lab/pom.properties";

  private CodeVersion() {}

  static String text() {
    return release() + "+" + hash().substring(0, SHOWN);
  }

  private static String release() {
    try (InputStream in = CodeVersion.class.getResourceAsStream(RELEASE)) {
      if (in == null) {
        return "unpackaged";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("the release cannot be read", e);
    }
  }

  private static String hash() {
    TreeSet<Path> sources = new TreeSet<>();
    Stream.concat(
            Stream.of(World.class, Planner.class, SimulatedDeviceSpec.class, InputFile.class),
            Policies.all().stream().map(Object::getClass))
        .map(type -> path(type.getProtectionDomain().getCodeSource()))
        .flatMap(Stream::ofNullable)
        .forEach(sources::add);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path source : sources) {
        for (Path file : files(source)) {
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own classes cannot be read", e);
    }
  }

  private static List<Path> files(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static @Nullable Path path(@Nullable CodeSource source) {
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path has no URI", e);
    }
  }
}
