package dev.hejin.deploy.local.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Builds the images of what has been packaged, as {@code ./hejin images} does. */
final class ContainerImages {
  private static final long LIMIT_MINUTES = 5;

  private ContainerImages() {}

  /**
   * @param folder for the log
   */
  static void build(String version, Path folder) throws InterruptedException {
    Path log = folder.resolve("images-" + version + ".log");
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(
                  SystemCluster.root().resolve("hejin").toString(), "images", "--tag", version)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      // What it packs has been built before this test.
      builder.environment().put("HEJIN_TESTING", "yes");
      Process process = builder.start();
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("./hejin images takes too long: " + Files.readString(log));
      }
      if (process.exitValue() != 0) {
        throw new AssertionError("./hejin images fails:\n" + Files.readString(log));
      }
      System.out.print(Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
