package dev.hejin.agent.app.command;

import dev.hejin.agent.app.probe.PlainOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads files of tools' outputs, each by itself. */
final class ToolOutputFiles {
  private static final int MOST_BYTES = 8 << 20;

  private ToolOutputFiles() {}

  /** One file with what it tells. */
  record FileReading(Path file, PlainOutput.Reading reading) {}

  /**
   * @param paths files, or folders of them
   * @throws IllegalArgumentException when one is not there
   */
  static List<FileReading> read(List<Path> paths, String vendor) {
    List<FileReading> readings = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new IllegalArgumentException(
            "--tool-output is " + path + ", which is not there\nMaybe a name that was mistyped");
      }
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          for (PlainOutput.Reading reading :
              PlainOutput.read(content(file), file.toString(), vendor)) {
            readings.add(new FileReading(file, reading));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return readings;
  }

  private static String content(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(
          "%s has %d bytes, more than %d\nMaybe it is no output of a tool"
              .formatted(file, Files.size(file), MOST_BYTES));
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
