package dev.hejin.agent.app.command;

import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.app.telemetry.TelemetrySource;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.catalog.chip.DeviceCatalog;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    HostFacts facts = HostFacts.read();
    NodeProbes probes = probing.probes(process.config());
    List<Inventory> found = ProbeOptions.discover(probes, facts);
    ProbedNode probed =
        ProbedNode.of(
            name.orElse(facts.nodeId()),
            found,
            DeviceCatalog.shipped(),
            Measurements.of(process.config().stateFolder()),
            probing.replayed());
    DriverOptions.DrivenNode driven =
        driving.drive(probed.description(), probing.replayed(), process.config());
    NodeDescription node = driven.node().description();
    PrintWriter out = spec.commandLine().getOut();
    try (NodeSampler sampler = new NodeSampler(probed, found, probes, ProbeOptions.host(facts))) {
      sampler.start(process.config().probe().interval());
      process.run(
          List.of(driven.node()),
          source(sampler, driven.world()),
          connection,
          links -> {
            out.printf("READY nodes=1 devices=%d%n", node.devices().size());
            out.flush();
          });
    }
    return 0;
  }

  /** Simulated devices tell of their work themselves, the others what their probes tell. */
  private static TelemetrySource source(NodeSampler sampler, @Nullable SimulatedWorld world) {
    if (world == null) {
      return sampler;
    }
    return (window, seconds) -> {
      List<DeviceWindow> windows = new ArrayList<>(world.observe(window, seconds));
      Set<String> told =
          windows.stream().map(DeviceWindow::deviceId).collect(Collectors.toUnmodifiableSet());
      sampler.observe(window, seconds).stream()
          .filter(each -> !told.contains(each.deviceId()))
          .forEach(windows::add);
      return windows;
    };
  }
}
