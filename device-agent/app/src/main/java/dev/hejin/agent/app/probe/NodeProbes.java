package dev.hejin.agent.app.probe;

import dev.hejin.agent.app.probe.nvidia.NvidiaProbe;
import dev.hejin.agent.app.probe.nvidia.NvmlProbe;
import dev.hejin.agent.app.probe.pci.PciBus;
import dev.hejin.agent.app.probe.pci.PciProbe;
import dev.hejin.agent.app.probe.tool.ProcessRunner;
import dev.hejin.agent.app.probe.tool.ReplayRunner;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The probes of all vendors, asked together. Nothing that one of them does ends the agent. */
public final class NodeProbes {
  private static final Logger LOG = Logger.getLogger(NodeProbes.class);
  private static final String NVML = "libnvidia-ml.so.1";

  private final List<Probe> probes;
  private final PciProbe pci;
  private final BinaryOperator<List<Inventory>> others;

  NodeProbes(List<Probe> probes, PciBus bus) {
    this(probes, new PciProbe(bus), (answers, known) -> answers);
  }

  private NodeProbes(List<Probe> probes, PciProbe pci, BinaryOperator<List<Inventory>> others) {
    this.probes = List.copyOf(probes);
    this.pci = pci;
    this.others = others;
  }

  /**
   * The same, seen by somebody who knows more of the devices than their tools.
   *
   * @param witness gets what the probes answer, and what they told when they were asked for all
   */
  public NodeProbes seenBy(BinaryOperator<List<Inventory>> witness) {
    return new NodeProbes(probes, pci, witness);
  }

  /** Those of this machine; a tool may take {@code limit}. */
  public static NodeProbes ofThisMachine(Duration limit) {
    ToolRunner runner = new ProcessRunner(limit);
    List<Probe> probes = new ArrayList<>(VendorForms.probes(runner));
    // NVIDIA is the first one, and has a better way than its tool.
    probes.set(0, new NvidiaProbe(List.of(new NvmlProbe(NVML), probes.getFirst())));
    return new NodeProbes(probes, PciBus.kernel(Path.of("/sys/bus/pci/devices")));
  }

  /**
   * Those of recorded outputs.
   *
   * @throws IllegalArgumentException when the folder holds none
   */
  public static NodeProbes ofRecordings(Path folder) {
    ToolRunner runner = new ReplayRunner(folder);
    return new NodeProbes(VendorForms.probes(runner), PciBus.listed(runner));
  }

  /** Everything that there is; vendors of which there is nothing are left out. */
  public List<Inventory> discover() {
    List<Inventory> found = new ArrayList<>(ask(probes, Probe::discover));
    found.addAll(pci.discover(found));
    return others.apply(found, found);
  }

  /** The figures that move, of the vendors that were found. */
  public List<Inventory> sample(List<Inventory> found) {
    Set<String> vendors = found.stream().map(Inventory::vendor).collect(Collectors.toSet());
    return others.apply(
        ask(
            probes.stream().filter(probe -> vendors.contains(probe.vendor())).toList(),
            Probe::sample),
        found);
  }

  private static List<Inventory> ask(List<Probe> probes, Function<Probe, Inventory> question) {
    List<Inventory> answers = new ArrayList<>();
    for (Probe probe : probes) {
      try {
        Inventory answer = question.apply(probe);
        if (!answer.devices().isEmpty() || !answer.problems().isEmpty()) {
          answers.add(answer);
        }
      } catch (RuntimeException e) {
        LOG.errorf(e, "the probe of %s has failed; its devices are not seen", probe.vendor());
      }
    }
    return answers;
  }
}
