package dev.hejin.deploy.local.load;

import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.Console;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Samples a second through Kafka and the aggregation. */
@Command(
    name = "telemetry",
    description = {
      "Device samples through Kafka and the scheduler's aggregation at a steady rate, then at more",
      "until the aggregation falls behind by more than three seconds' worth of records."
    },
    mixinStandardHelpOptions = true)
final class TelemetryLoad implements Callable<Integer> {
  private static final int BEHIND_SECONDS = 3;
  private static final double STEP = 1.5;
  private static final int REGISTERED = 16;

  private final Console console;
  private final Installation installation;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--rate",
      defaultValue = "100000",
      description = "Samples a second to begin with; default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--nodes",
      defaultValue = "1250",
      description = "Nodes of eight devices that report; default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      description = "How long at the first rate; default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--step-seconds",
      defaultValue = "15",
      description = "How long at each rate after it; 0: no more; default: ${DEFAULT-VALUE}.")
  private int stepSeconds;

  TelemetryLoad(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    LoadOptions.require("--rate", rate, 1);
    LoadOptions.require("--nodes", nodes, 1);
    LoadOptions.require("--seconds", seconds, 1);
    LoadOptions.require("--step-seconds", stepSeconds, 0);
    try (LoadCluster cluster = LoadCluster.start(installation, options);
        VirtualNodes agents = new VirtualNodes(cluster.address());
        TelemetryLag lag = new TelemetryLag(cluster.bootstrap());
        SchedulerConnection connection = cluster.connect()) {
      List<NodeSpec> registered = PoolText.nodes("seen", REGISTERED);
      agents.connect(registered);
      List<String> names = new ArrayList<>(registered.stream().map(NodeSpec::name).toList());
      for (int i = names.size(); i < nodes; i++) {
        names.add("unknown-" + i);
      }
      try (TelemetrySource source = new TelemetrySource(cluster.bootstrap(), names, rate / 10)) {
        Thread.sleep(5_000); // The aggregation takes its partitions, and code is compiled.
        CpuMeter cpu =
            new CpuMeter()
                .add("broker", cluster.broker().pid())
                .add("scheduler", cluster.scheduler().pid())
                .add("source", ProcessHandle.current().pid());
        double reached = 0;
        double wanted = rate;
        int length = seconds;
        while (length > 0 && hold(source, lag, cpu, wanted, length)) {
          reached = wanted;
          wanted *= STEP;
          length = stepSeconds;
        }
        console.print(
            String.format(Locale.ROOT, "kept up with %.0f samples/s; %s", reached, cluster.heap()));
        console.print(checked(connection, names));
        return reached >= rate ? 0 : 1;
      }
    }
  }

  private boolean hold(
      TelemetrySource source, TelemetryLag lag, CpuMeter cpu, double wanted, int length)
      throws InterruptedException {
    source.rate(wanted);
    cpu.reset();
    long before = source.written();
    long start = System.nanoTime();
    double recordsPerSecond = wanted / PoolText.DEVICES_PER_NODE;
    long mostBehind = 0;
    int bad = 0;
    for (int second = 0; second < length && bad < 3; second++) {
      Thread.sleep(1_000);
      long behind = lag.read().behind();
      mostBehind = Math.max(mostBehind, behind);
      bad = behind > BEHIND_SECONDS * recordsPerSecond ? bad + 1 : 0;
    }
    double held = (System.nanoTime() - start) / 1e9;
    double really = (source.written() - before) / held;
    boolean good = bad < 3 && really > 0.95 * wanted && source.failed() == 0;
    console.print(
        String.format(
            Locale.ROOT,
            "%7.0f samples/s wanted for %.0f s: %.0f/s written, at most %.1f s behind, %d lost; %s%s",
            wanted,
            held,
            really,
            mostBehind / recordsPerSecond,
            source.failed(),
            cpu,
            good ? "" : bad >= 3 ? " - falls behind" : " - cannot be written"));
    return good;
  }

  /** Devices that are registered must show what was sent for them, to a millionth. */
  private static String checked(SchedulerConnection connection, List<String> names) {
    int right = 0;
    int wrong = 0;
    for (DeviceStatus status :
        connection
            .inventory()
            .listDevices(ListDevicesRequest.getDefaultInstance())
            .getDevicesList()) {
      String id = status.getCapability().getDeviceId();
      int slash = id.indexOf('/');
      int node = names.indexOf(id.substring(0, slash));
      double expected = TelemetrySource.seconds(node, Integer.parseInt(id.substring(slash + 1)));
      if (Math.abs(status.getStepSeconds() / expected - 1) < 1e-6) {
        right++;
      } else {
        wrong++;
      }
    }
    return right + " of " + (right + wrong) + " registered devices show the seconds that were sent";
  }
}
