package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where a command prints.
 *
 * @param out results
 * @param err notes and failures
 */
public record Console(PrintWriter out, PrintWriter err) {
  public Console {
    requireNonNull(out, "out");
    requireNonNull(err, "err");
  }

  /** Standard output and standard error. */
  public static Console standard() {
    return new Console(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8));
  }

  public void print(String line) {
    out.println(line);
    out.flush();
  }

  public void print(List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }

  public void note(String line) {
    err.println(line);
    err.flush();
  }
}
