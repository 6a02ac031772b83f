package dev.hejin.scheduler.app.store;

import dev.hejin.deploy.broker.LocalBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real broker in a process of its own, with its own libraries, as the local cluster runs it. */
public final class BrokerProcess implements AutoCloseable {
  private static final String READY = "READY bootstrap=";

  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param port to listen on; 0 picks a free one
   */
  public static BrokerProcess start(Path data, String port) throws IOException {
    Path errors = data.resolveSibling(data.getFileName() + ".err");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    classPath(),
                    LocalBroker.class.getName(),
                    "--data",
                    data.toString(),
                    "--port",
                    port,
                    "--parent-pid",
                    Long.toString(ProcessHandle.current().pid())))
            .redirectError(errors.toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "no READY line but "
              + line
              + "; see "
              + errors
              + "\nMaybe deploy/broker is not built: its libraries must lie in target/lib.");
    }
    return new BrokerProcess(process, line.substring(READY.length()));
  }

  private static String classPath() {
    try {
      Path own =
          Path.of(LocalBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return own + ":" + own.resolveSibling("lib") + "/*";
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** A topic with one partition. */
  public void createTopic(String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
    }
  }

  String port() {
    return bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
