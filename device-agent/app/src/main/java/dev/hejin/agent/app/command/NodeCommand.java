package dev.hejin.agent.app.command;

import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.CpuHostProbe;
import dev.hejin.agent.probe.NoEngineDriver;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.PartSeconds;
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

/** Speaks for the machine that it runs on. */
@Command(
    name = "node",
    description = "This machine as one node. No engine is driven: it is seen, and serves nothing.",
    mixinStandardHelpOptions = true)
public class NodeCommand implements Callable<Integer> {
  private final AgentProcess process;

  @Mixin ConnectionOptions connection = new ConnectionOptions();

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
    NodeDescription node =
        new CpuHostProbe(name.orElse(facts.nodeId()), facts.processor(), facts.memoryBytes())
            .discover();
    Map<String, DeviceDriver> drivers = new TreeMap<>();
    for (DeviceDescription device : node.devices()) {
      drivers.put(device.deviceId(), new NoEngineDriver());
    }
    PrintWriter out = spec.commandLine().getOut();
    process.run(
        List.of(new LocalNode(node, drivers)),
        (window, seconds) -> idle(node, facts.memoryBytes()),
        connection,
        () -> {
          out.printf("READY nodes=1 devices=%d%n", node.devices().size());
          out.flush();
        });
    return 0;
  }

  /** Nothing is served: only memory is reported. */
  private static List<DeviceWindow> idle(NodeDescription node, long memoryBytes) {
    return node.devices().stream()
        .map(
            device ->
                new DeviceWindow(
                    node.nodeId(),
                    device.deviceId(),
                    "",
                    0,
                    0,
                    PartSeconds.ZERO,
                    0,
                    memoryBytes,
                    0,
                    device.simulated(),
                    List.of()))
        .toList();
  }
}
