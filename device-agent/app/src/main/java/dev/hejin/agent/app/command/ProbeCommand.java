package dev.hejin.agent.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.PeerLink;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--tool-output",
      paramLabel = "FILE|DIR",
      description =
          "Read what vendors' tools have printed, each file by itself, without running a tool."
              + " The command need not be named.")
  List<Path> toolOutputs = List.of();

  @Option(
      names = "--vendor",
      paramLabel = "NAME",
      defaultValue = "",
      description = "With --tool-output: whose tool printed it; else found out.")
  String vendor = "";

  @Option(
      names = "--output",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Form of the answer; default: ${DEFAULT-VALUE}.")
  OutputForm output = OutputForm.text;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  ProbeCommand(AgentProcess process) {
    this.process = process;
  }

  /** Forms of the answer, as they are written on the command line. */
  @SuppressWarnings("MemberName")
  enum OutputForm {
    text,
    json
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (toolOutputs.isEmpty()) {
      printMachine(out);
    } else {
      printFiles(ToolOutputFiles.read(toolOutputs, vendor), out);
    }
    out.flush();
    return 0;
  }

  private void printMachine(PrintWriter out) {
    var found = ProbeOptions.discover(probing.probes(process.config()), HostFacts.read());
    if (output == OutputForm.json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("replayed", probing.replayed());
      found.forEach(each -> root.withArray("inventories").add(ProbeJson.inventory(each)));
      out.println(ProbeJson.text(root));
    } else {
      found.forEach(inventory -> print(inventory, out));
    }
  }

  private void printFiles(List<ToolOutputFiles.FileReading> files, PrintWriter out) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("replayed", true);
    for (ToolOutputFiles.FileReading each : files) {
      if (output == OutputForm.json) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", each.file().toString()).put("command", each.reading().command());
        node.setAll(ProbeJson.inventory(each.reading().inventory()));
        root.withArray("inventories").add(node);
      } else {
        out.printf("%s, read as %s%n", each.file(), each.reading().command());
        print(each.reading().inventory(), out);
      }
    }
    if (output == OutputForm.json) {
      out.println(ProbeJson.text(root));
    }
  }

  private static void print(Inventory inventory, PrintWriter out) {
    out.printf("%s by %s%n", inventory.vendor(), inventory.source());
    inventory.devices().forEach(device -> print(device, out));
    if (!inventory.links().isEmpty()) {
      out.printf("  links %s%n", links(inventory));
    }
    inventory.problems().forEach(problem -> out.printf("  problem: %s%n", problem));
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
    device
        .figures()
        .forEach(
            (metric, value) ->
                out.printf(
                    "    %s %s %s (%s)%n",
                    metric, plain(value), metric.unit(), device.source(metric)));
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
