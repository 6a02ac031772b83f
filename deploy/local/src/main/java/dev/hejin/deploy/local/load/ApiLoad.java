package dev.hejin.deploy.local.load;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.Console;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.Installation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Latency of reads and plan-only calls by number of clients. */
@Command(
    name = "api",
    description = {
      "Reads and plan-only calls against a scheduler with a large deployment, by number of"
          + " clients,",
      "until the 99th percentile is twice that of one client. Open loop: each client asks at its",
      "own fixed moments, and an answer's time counts from the moment at which it was due."
    },
    mixinStandardHelpOptions = true)
final class ApiLoad implements Callable<Integer> {
  private final Console console;
  private final Installation installation;
  private final Map<String, Double> doubled = new LinkedHashMap<>();

  @Mixin private final LoadOptions options = new LoadOptions();
  @Mixin private final LoadedPool loaded = new LoadedPool();

  @Option(
      names = "--calls",
      defaultValue = "1",
      description = "Calls a second of one client; default: ${DEFAULT-VALUE}.")
  private double callsPerSecond;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "How long each number of clients asks; default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--most",
      defaultValue = "1024",
      description = "Most clients; default: ${DEFAULT-VALUE}.")
  private int most;

  ApiLoad(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    loaded.check();
    LoadOptions.require("--calls", callsPerSecond, Double.MIN_NORMAL);
    LoadOptions.require("--seconds", seconds, 1);
    LoadOptions.require("--most", most, 1);
    List<NodeSpec> pool = PoolText.nodes("n", loaded.nodes);
    try (LoadCluster cluster = LoadCluster.start(installation, options);
        VirtualNodes agents = new VirtualNodes(cluster.address());
        SchedulerConnection connection = cluster.connect()) {
      agents.connect(pool);
      LoadModel.deploy(connection, LoadModel.spec(loaded.model, loaded.devices()));
      Map<String, Runnable> calls = calls(connection, pool);
      for (Map.Entry<String, Runnable> call : calls.entrySet()) {
        warm(call.getValue());
        rise(call.getKey(), call.getValue());
      }
      doubled.forEach(
          (name, clients) ->
              console.print(
                  String.format(
                      Locale.ROOT,
                      "%s: p99 doubles with %s clients of %.1f calls/s",
                      name,
                      clients.isInfinite()
                          ? "more than " + most
                          : String.valueOf(clients.intValue()),
                      callsPerSecond)));
      console.print(cluster.heap().toString());
      return 0;
    }
  }

  private Map<String, Runnable> calls(SchedulerConnection connection, List<NodeSpec> pool) {
    Map<String, Runnable> calls =
        ApiCalls.reads(connection, pool.getFirst().name(), LoadModel.NAME);
    calls.put(ApiCalls.PLAN, ApiCalls.plan(connection, loaded.model));
    return calls;
  }

  private static void warm(Runnable call) {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() < end) {
      call.run();
    }
  }

  private void rise(String name, Runnable call) throws InterruptedException {
    double alone = 0;
    for (int clients = 1; clients <= most; clients *= 2) {
      CallOutcomes outcomes = new CallOutcomes();
      ask(call, clients, outcomes);
      double p99 = outcomes.latencies().percentileMillis(99);
      alone = clients == 1 ? p99 : alone;
      console.print(String.format(Locale.ROOT, "%-15s %5d clients: %s", name, clients, outcomes));
      if (clients > 1 && p99 >= 2 * alone) {
        doubled.put(name, (double) clients);
        return;
      }
    }
    doubled.put(name, Double.POSITIVE_INFINITY);
  }

  private void ask(Runnable call, int clients, CallOutcomes outcomes) throws InterruptedException {
    long periodNanos = (long) (1e9 / callsPerSecond);
    long start = System.nanoTime();
    Random random = new Random(clients);
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      long first = start + random.nextLong(periodNanos);
      threads.add(
          Thread.ofVirtual().start(() -> client(call, first, periodNanos, start, outcomes)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void client(
      Runnable call, long firstNanos, long periodNanos, long startNanos, CallOutcomes outcomes) {
    for (long due = firstNanos; due - startNanos < seconds * 1_000_000_000L; due += periodNanos) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      outcomes.make(call, due);
    }
  }
}
