package dev.hejin.agent.app.command;

import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.NoEngineDriver;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.catalog.chip.DeviceCatalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Speaks for the machine that it runs on, or for the recording of another one. */
@Command(
    name = "node",
    description =
        "This machine as one node, with the accelerators that its probes find. No engine is"
            + " driven: it is seen, and serves nothing.",
    mixinStandardHelpOptions = true)
public class NodeCommand implements Callable<Integer> {
  private final AgentProcess process;

  @Mixin ConnectionOptions connection = new ConnectionOptions();
  @Mixin ProbeOptions probing = new ProbeOptions();

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
    HostFacts facts = HostFacts.read();
    NodeProbes probes = probing.probes(process.config());
    List<Inventory> found = ProbeOptions.discover(probes, facts);
    ProbedNode probed =
        ProbedNode.of(
            name.orElse(facts.nodeId()), found, DeviceCatalog.shipped(), probing.replayed());
    NodeDescription node = probed.description();
    Map<String, DeviceDriver> drivers = new TreeMap<>();
    for (DeviceDescription device : node.devices()) {
      drivers.put(device.deviceId(), new NoEngineDriver());
    }
    PrintWriter out = spec.commandLine().getOut();
    try (NodeSampler sampler = new NodeSampler(probed, found, probes, ProbeOptions.host(facts))) {
      sampler.start(process.config().probe().interval());
      process.run(
          List.of(new LocalNode(node, drivers)),
          sampler,
          connection,
          () -> {
            out.printf("READY nodes=1 devices=%d%n", node.devices().size());
            out.flush();
          });
    }
    return 0;
  }
}
