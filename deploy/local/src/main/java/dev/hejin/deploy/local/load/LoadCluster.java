package dev.hejin.deploy.local.load;

import dev.hejin.client.SchedulerAddress;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.ProcessGroup;
import dev.hejin.deploy.local.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Broker and scheduler of one measurement, and processes of agents beside them. */
final class LoadCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  private final Installation installation;
  private final LoadOptions options;
  private final Path folder;
  private final ProcessGroup processes;
  private final ChildProcess broker;
  private final ChildProcess scheduler;
  private final String bootstrap;
  private final SchedulerAddress address;

  private LoadCluster(
      Installation installation, LoadOptions options, List<String> settings, Path folder)
      throws InterruptedException {
    this.installation = installation;
    this.options = options;
    this.folder = folder;
    this.processes = new ProcessGroup(folder.resolve("logs"));
    this.broker =
        processes.start("broker", installation.broker(folder.resolve("broker")), Map.of());
    String told = broker.awaitReady(START_LIMIT).get("bootstrap");
    if (told == null) {
      throw new StartFailure("the broker does not say where it is\nMaybe ./hejin build --force.");
    }
    this.bootstrap = told;
    this.address = new SchedulerAddress("127.0.0.1", Installation.freePort());
    // All callers are one here; a pool's agents are each their own.
    List<String> all =
        new ArrayList<>(
            List.of(
                "quarkus.http.host=127.0.0.1",
                "hejin.security.limits.streams-per-peer=100000",
                "hejin.security.limits.requests-in-flight=100000"));
    all.addAll(settings);
    all.addAll(options.settings);
    this.scheduler =
        processes.start(
            "scheduler",
            installation.scheduler(address.port(), Installation.freePort(), all, machine()),
            Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrap));
    scheduler.awaitReady(START_LIMIT);
  }

  /**
   * Starts broker and scheduler.
   *
   * @param settings of the scheduler; the caller's own come after them
   */
  static LoadCluster start(Installation installation, LoadOptions options, String... settings)
      throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("hejin-load-");
      return new LoadCluster(installation, options, List.of(settings), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder", e);
    }
  }

  private List<String> machine() {
    List<String> all = new ArrayList<>();
    all.add("-Xmx" + options.heap);
    all.add("-Xlog:gc:file=" + heapLog() + "::filecount=0");
    all.addAll(options.machine);
    return all;
  }

  /** Where the scheduler's collector writes. */
  Path heapLog() {
    return folder.resolve("logs").resolve("scheduler-heap.log");
  }

  String bootstrap() {
    return bootstrap;
  }

  SchedulerAddress address() {
    return address;
  }

  SchedulerConnection connect() {
    return SchedulerConnection.open(address, CALL_LIMIT);
  }

  ChildProcess broker() {
    return broker;
  }

  ChildProcess scheduler() {
    return scheduler;
  }

  HeapLog heap() {
    return HeapLog.read(heapLog());
  }

  /** Starts a process of real agents with simulated devices; does not wait for it. */
  ChildProcess agents(String name, int nodes) {
    Path pool = folder.resolve(name + ".yaml");
    try {
      Files.writeString(pool, PoolText.of(name, nodes));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + pool, e);
    }
    return processes.start(
        name,
        installation.agent(
            List.of(
                "fleet",
                "--pool",
                pool.toString(),
                "--scheduler",
                address.toString(),
                "--kafka",
                bootstrap,
                "--control-port",
                "0"),
            List.of("-Xmx1g")),
        Map.of());
  }

  /** Names of processes that have ended although nobody told them to. */
  List<String> ended() {
    return processes.dead().stream().map(child -> child.name() + ", see " + child.log()).toList();
  }

  @Override
  public void close() {
    processes.close();
    if (options.keep) {
      System.err.println("logs and data are kept in " + folder);
    } else {
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println(folder + " is not removed: " + e.getMessage());
    }
  }
}
