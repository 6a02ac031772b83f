package dev.hejin.agent.app.command;

import dev.hejin.agent.app.cluster.ClusterView;
import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.link.Links;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.catalog.chip.DeviceCatalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Speaks for the machine that it runs on, or for the recording of another one. */
@Command(
    name = "node",
    description =
        "This machine as one node, with the accelerators that its probes find. Without a driver it"
            + " is seen, and serves nothing.",
    mixinStandardHelpOptions = true)
public class NodeCommand implements Callable<Integer> {
  private final AgentProcess process;

  @Mixin ConnectionOptions connection = new ConnectionOptions();
  @Mixin ProbeOptions probing = new ProbeOptions();
  @Mixin DriverOptions driving = new DriverOptions();

  @Option(names = "--name", paramLabel = "NODE", description = "Node id; else the host's name.")
  Optional<String> name = Optional.empty();

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  NodeCommand(AgentProcess process) {
    this.process = process;
  }

  @Override
  public Integer call() {
    AgentConfig config = process.config();
    HostFacts facts = HostFacts.read();
    String nodeId = name.orElse(facts.nodeId());
    Optional<ClusterView> cluster = cluster(nodeId);
    NodeProbes alone = probing.probes(config);
    NodeProbes probes = cluster.map(view -> alone.seenBy(view::applied)).orElse(alone);
    List<Inventory> found = ProbeOptions.discover(probes, facts);
    DrivenDevices driven =
        new DrivenDevices(node -> driving.drive(node, probing.replayed(), config));
    driving.prepare(nodeId, probing.replayed(), config);
    DeviceNumbers numbers = driving.numbers(nodeId, probing.replayed(), config);
    Function<List<Inventory>, ProbedNode> describe =
        inventories ->
            describe(inventories, nodeId, numbers)
                .labelled(cluster.map(ClusterView::labels).orElse(Map.of()));
    ProbedNode probed = describe.apply(found);
    LocalNode node = driven.follow(probed.description());
    AtomicReference<@Nullable Links> sessions = new AtomicReference<>();
    PrintWriter out = spec.commandLine().getOut();
    try (NodeSampler sampler =
        new NodeSampler(
            probed,
            found,
            probes,
            ProbeOptions.host(facts),
            describe,
            changed -> renew(driven.follow(changed.description()), sessions.get()))) {
      process.run(
          List.of(node),
          driven.beside(sampler),
          connection,
          links -> {
            sessions.set(links);
            sampler.start(config.probe().interval());
            out.printf("READY nodes=1 devices=%d%n", node.description().devices().size());
            out.flush();
          });
    }
    return 0;
  }

  /** Recorded devices are nobody's but the recording's. */
  private Optional<ClusterView> cluster(String nodeId) {
    return probing.replayed() ? Optional.empty() : ClusterView.here(nodeId, System.getenv());
  }

  private ProbedNode describe(List<Inventory> found, String nodeId, DeviceNumbers numbers) {
    ProbedNode probed =
        ProbedNode.of(
            nodeId,
            found,
            DeviceCatalog.shipped(),
            Measurements.of(process.config().stateFolder()),
            probing.replayed(),
            numbers);
    numbers.save();
    return probed;
  }

  private static void renew(LocalNode node, @Nullable Links links) {
    if (links != null) {
      links.renew(node);
    }
  }
}
