package dev.hejin.deploy.local.process;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One child process. What it prints goes to its log file, which stays open when we die; so a child
 * never blocks on us.
 */
public final class ChildProcess {
  private static final String READY = "READY";
  private static final long POLL_MILLIS = 40;
  private static final int SHOWN_LINES = 12;

  private final String name;
  private final Process process;
  private final Path log;
  private final long logStart;

  private ChildProcess(String name, Process process, Path log, long logStart) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts a process that appends to its log.
   *
   * @param name for people
   * @param command program and arguments
   * @param environment added to ours
   * @param log made when it does not exist
   */
  static ChildProcess start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    requireNonNull(name, "name");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      long logStart = Files.exists(log) ? Files.size(log) : 0;
      return new ChildProcess(name, builder.start(), log, logStart);
    } catch (IOException e) {
      throw new StartFailure(
          name
              + " does not start: "
              + e.getMessage()
              + "\nMaybe "
              + command.getFirst()
              + " is missing, or "
              + log
              + " cannot be written.");
    }
  }

  public String name() {
    return name;
  }

  public Path log() {
    return log;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for the line {@code READY key=value ...}.
   *
   * @throws StartFailure when the process ends before it, or the time is up
   */
  public Map<String, String> awaitReady(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      for (String line : printed()) {
        if (line.equals(READY) || line.startsWith(READY + " ")) {
          return pairs(line);
        }
      }
      if (!alive) {
        throw failure("ended with exit code " + process.exitValue() + " before it was ready");
      }
      if (System.nanoTime() > end) {
        throw failure("was not ready after " + limit.toSeconds() + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private StartFailure failure(String what) {
    List<String> lines = printed();
    String shown =
        String.join("\n  ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    return new StartFailure(
        name
            + " "
            + what
            + (shown.isEmpty() ? "" : "; it said last:\n  " + shown)
            + "\nMaybe the whole log says why: "
            + log);
  }

  /** Whole lines that this process has printed so far. */
  private List<String> printed() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long length = file.length() - logStart;
      byte[] bytes = new byte[(int) Math.min(Math.max(0, length), 1 << 20)];
      file.seek(logStart);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Map<String, String> pairs(String line) {
    Map<String, String> pairs = new TreeMap<>();
    for (String word : line.split("\\s+")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        pairs.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return pairs;
  }

  /** Asks the process and its descendants to end. */
  void askToEnd() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  /** Ends the process and its descendants at once, as {@code kill -9} does. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Whether the process has ended within the limit. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
  }
}
