package dev.hejin.deploy.local.load;

import com.google.protobuf.util.Timestamps;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.client.Console;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.event.v1.PlanAdopted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A node is killed: how long until a new plan is committed and the first order for it goes out. */
@Command(
    name = "replan",
    description = {
      "Kill nodes of a large deployment, one after the other, and measure from the decision that a",
      "node is lost to the new plan in the log, as another reader sees it, and to the first order",
      "for it at an agent. Agents here take every order as done at once."
    },
    mixinStandardHelpOptions = true)
final class ReplanLoad implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SLOWEST = 5;
  private static final double TARGET_COMMIT_MILLIS = 250;
  private static final double TARGET_ORDER_MILLIS = 500;

  private final Console console;
  private final Installation installation;
  private final Latencies committed = new Latencies();
  private final Latencies ordered = new Latencies();
  private final Latencies detected = new Latencies();
  private final Latencies planned = new Latencies();
  private final Latencies written = new Latencies();
  private final List<Kill> kills = new ArrayList<>();

  /** One kill: milliseconds from the decision that the node is lost, and what the plan says. */
  private record Kill(
      int number, long plannedMillis, long readMillis, long orderMillis, String reason) {
    String text() {
      return "  kill %d: planned after %d ms, read after %d ms, ordered after %d ms; %s"
          .formatted(number, plannedMillis, readMillis, orderMillis, reason);
    }
  }

  @Mixin private final LoadOptions options = new LoadOptions();
  @Mixin private final LoadedPool loaded = new LoadedPool();

  @Option(
      names = "--kills",
      defaultValue = "100",
      description = "Nodes that are killed; default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "Kills before these that do not count; default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = {
        "Least time before the first kill and from one to the next; default: ${DEFAULT-VALUE}, as",
        "soon as the last plan is served. Plans are made anew, on nodes that came back, 6 s after",
        "they are served; with fewer seconds each repair goes on from the one before."
      })
  private double everySeconds;

  @Option(names = "--seed", defaultValue = "1", description = "Which nodes; default: 1.")
  private long seed;

  ReplanLoad(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    loaded.check();
    LoadOptions.require("--kills", count, 1);
    LoadOptions.require("--warm-up", warmUp, 0);
    LoadOptions.require("--every", everySeconds, 0);
    List<NodeSpec> pool = PoolText.nodes("n", loaded.nodes);
    Map<String, NodeSpec> byName =
        pool.stream().collect(Collectors.toMap(NodeSpec::name, node -> node));
    Random random = new Random(seed);
    try (LoadCluster cluster =
            LoadCluster.start(installation, options, "hejin.agents.reconnect-grace=200ms");
        EventTail events = new EventTail(cluster.bootstrap());
        VirtualNodes agents = new VirtualNodes(cluster.address());
        SchedulerConnection connection = cluster.connect()) {
      agents.connect(pool);
      long start = System.nanoTime();
      LoadModel.deploy(connection, LoadModel.spec(loaded.model, loaded.devices()));
      console.print(
          "%s deployed on %d devices in %.1f s"
              .formatted(loaded.model, loaded.devices(), (System.nanoTime() - start) / 1e9));
      PlanAdopted plan = plan(events, 0);
      Thread.sleep((long) (everySeconds * 1e3));
      CpuMeter cpu = new CpuMeter().add("scheduler", cluster.scheduler().pid());
      for (int i = 0; i < warmUp + count; i++) {
        long next = System.nanoTime() + (long) (everySeconds * 1e9);
        List<String> used = nodesOf(plan);
        String victim = used.get(random.nextInt(used.size()));
        plan = kill(victim, events, agents, i - warmUp + 1);
        agents.connect(List.of(byName.getOrDefault(victim, pool.getFirst())));
        LoadModel.awaitServing(connection, LIMIT);
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
        LoadModel.awaitServing(connection, LIMIT);
        plan = events.last(event -> event.hasPlanAdopted()).getPlanAdopted();
      }
      report(cpu + "; " + cluster.heap());
      boolean good =
          committed.percentileMillis(99) < TARGET_COMMIT_MILLIS
              && ordered.percentileMillis(99) < TARGET_ORDER_MILLIS;
      return good ? 0 : 1;
    }
  }

  private void report(String costs) {
    console.print("node killed to its loss decided:            " + detected);
    console.print("loss decided to new plan committed:         " + committed);
    console.print("loss decided to first order for that plan:  " + ordered);
    console.print("  of it until the plan is made and weighed: " + planned);
    console.print("  and from there until it is read:          " + written);
    console.print("the slowest:");
    kills.stream()
        .sorted(Comparator.comparingLong(Kill::orderMillis).reversed())
        .limit(SLOWEST)
        .forEach(kill -> console.print(kill.text()));
    console.print(costs);
  }

  private static List<String> nodesOf(PlanAdopted adopted) {
    TreeSet<String> names = new TreeSet<>();
    for (StagePlacement stage : adopted.getPlan().getStagesList()) {
      stage.getDeviceIdsList().forEach(id -> names.add(id.substring(0, id.lastIndexOf('/'))));
    }
    return new ArrayList<>(names);
  }

  private static PlanAdopted plan(EventTail events, int from) throws InterruptedException {
    return events
        .await(from, LIMIT, event -> event.hasPlanAdopted())
        .orElseThrow(() -> new IllegalStateException("no plan was adopted within 60 s"))
        .event()
        .getPlanAdopted();
  }

  private PlanAdopted kill(String node, EventTail events, VirtualNodes agents, int number)
      throws InterruptedException {
    int from = events.size();
    long killed = System.currentTimeMillis();
    agents.kill(node);
    EventTail.Seen lost =
        events
            .await(
                from,
                LIMIT,
                event -> event.hasNodeLost() && event.getNodeLost().getNodeId().equals(node))
            .orElseThrow(() -> new IllegalStateException(node + " is not lost after 60 s"));
    long decided = Timestamps.toMillis(lost.event().getTime());
    EventTail.Seen adopted =
        events
            .await(from, LIMIT, event -> event.hasPlanAdopted())
            .orElseThrow(
                () -> new IllegalStateException("no plan without " + node + " after 60 s"));
    PlanAdopted plan = adopted.event().getPlanAdopted();
    Long order = awaitOrder(agents, plan.getEpoch());
    if (nodesOf(plan).contains(node)) {
      throw new IllegalStateException("epoch " + plan.getEpoch() + " uses " + node);
    }
    if (number > 0) {
      long adoptedMillis = Timestamps.toMillis(adopted.event().getTime());
      detected.addMillis(decided - killed);
      planned.addMillis(adoptedMillis - decided);
      written.addMillis(adopted.readMillis() - adoptedMillis);
      kills.add(
          new Kill(
              number,
              adoptedMillis - decided,
              adopted.readMillis() - decided,
              order - decided,
              plan.getReason()));
      committed.addMillis(adopted.readMillis() - decided);
      ordered.addMillis(order - decided);
    }
    return plan;
  }

  private static long awaitOrder(VirtualNodes agents, long epoch) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    Long order = agents.firstOrderMillis(epoch);
    while (order == null) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no order for epoch " + epoch + " within 60 s");
      }
      Thread.sleep(1);
      order = agents.firstOrderMillis(epoch);
    }
    return order;
  }
}
