package dev.hejin.deploy.local;

import dev.hejin.client.CommandFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of one run: the broker's data and all logs. */
final class RunFolder {
  private static final int MOST_RUNS = 10_000;

  private RunFolder() {}

  /** The folder that was asked for, or the first number that is free below {@code .hejin/up}. */
  static Path make(Path home, @Nullable Path asked) {
    try {
      if (asked != null) {
        Path folder = asked.toAbsolutePath().normalize();
        Files.createDirectories(folder);
        if (!isEmpty(folder)) {
          throw CommandFailure.usage(
              "--data " + folder + " is not empty\nMaybe name a folder that does not exist yet.");
        }
        return folder;
      }
      Path runs = home.resolve(".hejin/up");
      Files.createDirectories(runs);
      for (int n = 1; n <= MOST_RUNS; n++) {
        try {
          return Files.createDirectory(runs.resolve(String.valueOf(n)));
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
      throw CommandFailure.usage(runs + " holds " + MOST_RUNS + " runs\nMaybe remove it.");
    } catch (IOException e) {
      throw CommandFailure.usage(
          "no folder for data: " + e.getMessage() + "\nMaybe name one that can be written: --data");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Removes the folder; what cannot be removed stays. */
  static void remove(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println(folder + " is not removed: " + e.getMessage());
    }
  }
}
