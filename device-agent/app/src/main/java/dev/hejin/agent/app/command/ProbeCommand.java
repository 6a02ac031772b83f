package dev.hejin.agent.app.command;

import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.PeerLink;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what the probes find, without a scheduler. */
@Command(
    name = "probe",
    description = "Prints the accelerators of this machine and every figure that is known of them.",
    mixinStandardHelpOptions = true)
public class ProbeCommand implements Callable<Integer> {
  private static final int MOST_DIGITS = 15;

  private final AgentProcess process;

  @Mixin ProbeOptions probing = new ProbeOptions();

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  ProbeCommand(AgentProcess process) {
    this.process = process;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var found = ProbeOptions.discover(probing.probes(process.config()), HostFacts.read());
    for (Inventory inventory : found) {
      out.printf("%s by %s%n", inventory.vendor(), inventory.source());
      inventory.devices().forEach(device -> print(device, out));
      if (!inventory.links().isEmpty()) {
        out.printf("  links %s%n", links(inventory));
      }
      inventory.problems().forEach(problem -> out.printf("  problem: %s%n", problem));
    }
    out.flush();
    return 0;
  }

  private static void print(DeviceReading device, PrintWriter out) {
    out.printf("  device %s %s %s%n", device.key(), device.name(), device.health());
    text("bus", device.busId(), out);
    text("card", device.card(), out);
    text("slice of", device.partitionOf(), out);
    text("uuid", device.uuid(), out);
    text("serial", device.serial(), out);
    text("driver", device.driverVersion(), out);
    text("firmware", device.firmwareVersion(), out);
    device.figures().forEach((metric, value) -> out.printf("    %s %s%n", metric, plain(value)));
    device.processes().forEach(use -> out.printf("    process %d %s%n", use.pid(), use.name()));
    device.remarks().forEach(remark -> out.printf("    remark: %s%n", remark));
  }

  private static void text(String name, String value, PrintWriter out) {
    if (!value.isEmpty()) {
      out.printf("    %s %s%n", name, value);
    }
  }

  private static String plain(double value) {
    return new BigDecimal(value, new MathContext(MOST_DIGITS)).stripTrailingZeros().toPlainString();
  }

  private static String links(Inventory inventory) {
    return inventory.links().stream().map(ProbeCommand::word).collect(Collectors.joining(" "));
  }

  private static String word(PeerLink link) {
    return link.from() + ">" + link.to() + "=" + link.name();
  }
}
