package dev.hejin.agent.app.driver;

import dev.hejin.agent.reconcile.EnginePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A command of the operator's, run by the shell, with a text on its standard input. Exit code 0
 * means done; of any other the first line on standard error is the reason.
 */
final class Command {
  private static final int MOST_BYTES = 64 << 20;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final String line;
  private final Duration limit;

  Command(String line, Duration limit) {
    this.line = line;
    this.limit = limit;
  }

  /** A run under way. */
  static final class Run implements EnginePort.Action {
    private final Process process;
    private final String line;
    private final Duration limit;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<String> text;
    private final CompletableFuture<String> errors;

    private Run(Process process, String line, Duration limit, String input) {
      this.process = process;
      this.line = line;
      this.limit = limit;
      this.text = read(process.getInputStream());
      this.errors = read(process.getErrorStream());
      Thread.ofVirtual().name("hejin-engine-write").start(() -> write(process, input));
    }

    @Override
    public Optional<EnginePort.Outcome> outcome() {
      if (process.isAlive()) {
        if (System.nanoTime() - startNanos < limit.toNanos()) {
          return Optional.empty();
        }
        stop();
        return Optional.of(
            new EnginePort.Outcome(
                "%s did not end within %d ms and was stopped\nMaybe give it more time with --driver-limit"
                    .formatted(line, limit.toMillis()),
                true));
      }
      int exit = process.exitValue();
      // A shell tells 128 and the signal that ended the command: it may have come anywhere.
      return Optional.of(
          exit == 0 ? EnginePort.Outcome.DONE : new EnginePort.Outcome(reason(exit), exit > 128));
    }

    private String reason(int exit) {
      String said =
          lastWords(errors).strip().lines().findFirst().orElse("nothing on standard error");
      return "%s ended with exit code %d: %s".formatted(line, exit, said);
    }

    @Override
    public void stop() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }

    /** What it printed, when it has ended. */
    String printed() {
      return lastWords(text);
    }

    private void await() {
      try {
        var unused = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts it. */
  Run start(String input) throws IOException {
    return new Run(new ProcessBuilder("/bin/sh", "-c", line).start(), line, limit, input);
  }

  /**
   * Runs it to its end; what it printed.
   *
   * @throws IOException when it fails, with the reason
   */
  String answer(String input) throws IOException {
    Run run = start(input);
    run.await();
    EnginePort.Outcome outcome = run.outcome().orElse(EnginePort.Outcome.DONE);
    if (!outcome.failure().isEmpty()) {
      throw new IOException(outcome.failure());
    }
    return run.printed();
  }

  private static void write(Process process, String input) {
    try (OutputStream stream = process.getOutputStream()) {
      stream.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A command need not read what it is told; its exit code says what came of it.
      Thread.yield();
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("hejin-engine-read")
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

  private static String lastWords(CompletableFuture<String> text) {
    return text.completeOnTimeout("", LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
