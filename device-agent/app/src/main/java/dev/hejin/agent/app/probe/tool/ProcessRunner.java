package dev.hejin.agent.app.probe.tool;

import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a tool as a process: in the C locale, without colours, in an empty directory of its own, for
 * a limited time, reading a limited amount. A tool that hangs is killed with its children.
 */
public final class ProcessRunner implements ToolRunner {
  private static final int MOST_BYTES = 8 << 20;
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final Duration limit;

  /**
   * @param limit a tool may take this long
   */
  public ProcessRunner(Duration limit) {
    this.limit = limit;
  }

  @Override
  public ToolOutput run(ToolCommand command) {
    Path tool = find(command.words().getFirst());
    if (tool == null) {
      return ToolOutput.missing();
    }
    Path directory = null;
    try {
      directory = Files.createTempDirectory("hejin-probe");
      return run(command, directory);
    } catch (IOException e) {
      return new ToolOutput(
          ToolOutput.End.UNSTARTABLE, -1, "", "cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ToolOutput(ToolOutput.End.HUNG, -1, "", "interrupted");
    } finally {
      remove(directory);
    }
  }

  private ToolOutput run(ToolCommand command, Path directory)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command.words()).directory(directory.toFile());
    builder
        .environment()
        .putAll(Map.of("LC_ALL", "C.UTF-8", "LANG", "C.UTF-8", "TERM", "dumb", "NO_COLOR", "1"));
    builder.environment().remove("LANGUAGE");
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<String> text = read(process.getInputStream());
    CompletableFuture<String> errors = read(process.getErrorStream());
    boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String printed = lastWords(text);
    String complained = lastWords(errors);
    if (!ended) {
      return new ToolOutput(ToolOutput.End.HUNG, -1, printed, complained);
    }
    if (!command.resultFile().isEmpty()) {
      printed = result(directory.resolve(command.resultFile()), printed);
    }
    return new ToolOutput(ToolOutput.End.EXITED, process.exitValue(), printed, complained);
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("hejin-probe-read")
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.complete("");
              }
            });
    return text;
  }

  /** A child of the tool may hold the pipe open after the tool itself has ended. */
  private static String lastWords(CompletableFuture<String> text) throws InterruptedException {
    try {
      return text.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return "";
    }
  }

  private static String result(Path file, String printed) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      return printed;
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static @Nullable Path find(String tool) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(":"))
        .filter(part -> !part.isEmpty())
        .map(part -> Path.of(part, tool))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  private static void remove(@Nullable Path directory) {
    if (directory == null) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> file.toFile().delete());
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      directory.toFile().deleteOnExit();
    }
  }
}
