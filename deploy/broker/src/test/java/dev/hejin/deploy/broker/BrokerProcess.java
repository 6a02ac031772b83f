package dev.hejin.deploy.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in a child process, started as the launcher starts it. */
final class BrokerProcess implements AutoCloseable {
  private static final String READY = "READY bootstrap=";

  private final Process process;
  private final BufferedReader out;
  private final Path errors;

  private BrokerProcess(Process process, Path errors) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.errors = errors;
  }

  static BrokerProcess start(Path scratch, String... arguments) throws IOException {
    Path errors = Files.createTempFile(scratch, "broker", ".err");
    return new BrokerProcess(
        new ProcessBuilder(command(arguments)).redirectError(errors.toFile()).start(), errors);
  }

  static List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                LocalBroker.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Waits for the READY line and returns the address in it. */
  String awaitReady() throws IOException {
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      throw new IllegalStateException("no READY line but " + line + "; " + errors());
    }
    return line.substring(READY.length());
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; unlike {@code Process.destroy} it leaves the output readable. */
  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("still running after " + limit);
    }
    return process.exitValue();
  }

  String restOfOutput() throws IOException {
    return String.join("\n", out.lines().toList());
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
