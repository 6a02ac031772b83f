package dev.hejin.agent.app.command;

import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.probe.CpuHostProbe;
import dev.hejin.agent.probe.Inventory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import picocli.CommandLine.Option;

/** Where the probes look. */
public class ProbeOptions {
  private static final Logger LOG = Logger.getLogger(ProbeOptions.class);

  @Option(
      names = "--replay",
      paramLabel = "DIR",
      description = "Take the recorded outputs of this folder instead of running tools.")
  Optional<Path> replay = Optional.empty();

  NodeProbes probes(AgentConfig config) {
    return replay
        .map(NodeProbes::ofRecordings)
        .orElseGet(() -> NodeProbes.ofThisMachine(config.probe().toolLimit()));
  }

  boolean replayed() {
    return replay.isPresent();
  }

  static CpuHostProbe host(HostFacts facts) {
    return new CpuHostProbe(facts.processor(), facts.memoryBytes(), HostFacts::usedMemoryBytes);
  }

  /** What the probes find; the host itself when that is nothing. Says what went wrong. */
  static List<Inventory> discover(NodeProbes probes, HostFacts facts) {
    List<Inventory> found = new ArrayList<>(probes.discover());
    for (Inventory inventory : found) {
      inventory.problems().forEach(problem -> LOG.warnf("%s: %s", inventory.vendor(), problem));
    }
    if (found.stream().allMatch(inventory -> inventory.devices().isEmpty())) {
      found.add(host(facts).discover());
    }
    return found;
  }
}
