package dev.hejin.deploy.local.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the garbage collector's log ({@code -Xlog:gc}) says of a heap.
 *
 * @param mostMebibytes most that was used before a collection
 * @param liveMebibytes used after the last one
 * @param longestPauseMillis longest pause of a collection
 */
record HeapLog(long mostMebibytes, long liveMebibytes, double longestPauseMillis) {
  private static final Pattern COLLECTION =
      Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\) ([0-9.]+)ms");

  static HeapLog read(Path log) {
    return read(log, 0);
  }

  /** Lines of the log so far, to read what comes after them. */
  static int lines(Path log) {
    try {
      return Files.readAllLines(log).size();
    } catch (IOException e) {
      return 0;
    }
  }

  /** What the log says after so many lines. */
  static HeapLog read(Path log, int lines) {
    long most = 0;
    long live = 0;
    double pause = 0;
    try {
      List<String> all = Files.readAllLines(log);
      for (String line : all.subList(Math.min(lines, all.size()), all.size())) {
        Matcher matcher = COLLECTION.matcher(line);
        if (matcher.find()) {
          most = Math.max(most, Long.parseLong(matcher.group(1)));
          live = Long.parseLong(matcher.group(2));
          pause = Math.max(pause, Double.parseDouble(matcher.group(3)));
        }
      }
    } catch (IOException e) {
      return new HeapLog(0, 0, 0);
    }
    return new HeapLog(most, live, pause);
  }

  @Override
  public String toString() {
    return "heap at most %d MiB, %d MiB after the last collection, longest pause %.0f ms"
        .formatted(mostMebibytes, liveMebibytes, longestPauseMillis);
  }
}
