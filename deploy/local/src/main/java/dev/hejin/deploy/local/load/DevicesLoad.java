package dev.hejin.deploy.local.load;

import dev.hejin.client.Console;
import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.StartFailure;
import dev.hejin.proto.event.v1.EventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many devices on one scheduler, steady for a while, then more until something breaks. */
@Command(
    name = "devices",
    description = {
      "Connect simulated devices, eight a node, to one scheduler by the real agent, with telemetry",
      "each second; hold them for a while, then add nodes until one is lost, the aggregation falls",
      "behind or a process ends."
    },
    mixinStandardHelpOptions = true)
final class DevicesLoad implements Callable<Integer> {
  private static final Duration READY_LIMIT = Duration.ofSeconds(180);
  private static final int LOOK_SECONDS = 5;
  private static final int BEHIND_SECONDS = 10;

  private final Console console;
  private final Installation installation;
  private final List<ChildProcess> fleets = new ArrayList<>();

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--nodes",
      defaultValue = "1250",
      description = "Nodes to begin with; default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--minutes",
      defaultValue = "10",
      description = "How long these are held; default: ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--more",
      defaultValue = "0",
      description = "Nodes that are added at a time after that; 0: none.")
  private int more;

  @Option(
      names = "--most",
      defaultValue = "10000",
      description = "No node is added beyond so many; default: ${DEFAULT-VALUE}.")
  private int most;

  @Option(
      names = "--more-seconds",
      defaultValue = "30",
      description = "How long each number is held then; default: ${DEFAULT-VALUE}.")
  private int moreSeconds;

  DevicesLoad(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    LoadOptions.require("--nodes", nodes, 1);
    LoadOptions.require("--minutes", minutes, Double.MIN_NORMAL);
    LoadOptions.require("--more", more, 0);
    LoadOptions.require("--more-seconds", moreSeconds, 1);
    try (LoadCluster cluster = LoadCluster.start(installation, options);
        EventTail events = new EventTail(cluster.bootstrap());
        TelemetryLag lag = new TelemetryLag(cluster.bootstrap())) {
      CpuMeter cpu =
          new CpuMeter()
              .add("broker", cluster.broker().pid())
              .add("scheduler", cluster.scheduler().pid());
      String broken = add(cluster, cpu, nodes);
      if (broken.isEmpty()) {
        broken = hold(cluster, events, lag, cpu, nodes, Math.round(minutes * 60));
      }
      boolean steady = broken.isEmpty();
      int reached = nodes;
      int tried = nodes;
      while (broken.isEmpty() && more > 0 && reached + more <= most) {
        tried = reached + more;
        broken = add(cluster, cpu, more);
        if (broken.isEmpty()) {
          reached = tried;
          broken = hold(cluster, events, lag, cpu, reached, moreSeconds);
        }
      }
      console.print(
          broken.isEmpty()
              ? "nothing broke with " + reached * PoolText.DEVICES_PER_NODE + " devices"
              : "broke first with " + tried * PoolText.DEVICES_PER_NODE + " devices: " + broken);
      console.print(cluster.heap().toString());
      return steady ? 0 : 1;
    }
  }

  /** Starts agents; says what broke. */
  private String add(LoadCluster cluster, CpuMeter cpu, int count) throws InterruptedException {
    String name = "f" + (fleets.size() + 1);
    long start = System.nanoTime();
    ChildProcess fleet = cluster.agents(name, count);
    fleets.add(fleet);
    try {
      var unused = fleet.awaitReady(READY_LIMIT);
    } catch (StartFailure e) {
      return count + " more nodes did not register within 180 s";
    }
    cpu.add("agents-" + name, fleet.pid());
    console.print(
        String.format(
            Locale.ROOT,
            "%d nodes registered in %.1f s",
            count,
            (System.nanoTime() - start) / 1e9));
    return "";
  }

  /** Holds what is connected; says what broke. */
  private String hold(
      LoadCluster cluster,
      EventTail events,
      TelemetryLag lag,
      CpuMeter cpu,
      int connected,
      long seconds)
      throws InterruptedException {
    Thread.sleep(5_000);
    long lostBefore = events.count(EventRecord::hasNodeLost);
    long joinedBefore = events.count(EventRecord::hasNodeJoined);
    cpu.reset();
    TelemetryLag.Reading first = lag.read();
    long start = System.nanoTime();
    long mostBehind = 0;
    String broken = "";
    while (broken.isEmpty() && System.nanoTime() - start < seconds * 1_000_000_000L) {
      Thread.sleep(LOOK_SECONDS * 1_000L);
      mostBehind = Math.max(mostBehind, lag.read().behind());
      long lost = events.count(EventRecord::hasNodeLost) - lostBefore;
      List<String> ended = cluster.ended();
      broken =
          !ended.isEmpty()
              ? "ended: " + ended
              : lost > 0
                  ? lost + " nodes were lost"
                  : mostBehind > (long) BEHIND_SECONDS * connected
                      ? "telemetry is " + mostBehind / connected + " s behind"
                      : "";
    }
    double held = (System.nanoTime() - start) / 1e9;
    double records = (lag.read().written() - first.written()) / held;
    console.print(
        String.format(
            Locale.ROOT,
            "%6d devices, %d nodes, %.0f s: %d nodes lost, %d joined again; %.0f of %d telemetry"
                + " records/s, at most %.1f s behind; %s; %s",
            connected * PoolText.DEVICES_PER_NODE,
            connected,
            held,
            events.count(EventRecord::hasNodeLost) - lostBefore,
            events.count(EventRecord::hasNodeJoined) - joinedBefore,
            records,
            connected,
            (double) mostBehind / connected,
            cpu,
            cluster.heap()));
    return broken;
  }
}
