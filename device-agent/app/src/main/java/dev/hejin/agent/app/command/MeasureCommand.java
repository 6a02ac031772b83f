package dev.hejin.agent.app.command;

import dev.hejin.agent.app.host.HostFacts;
import dev.hejin.agent.app.measure.CommandMeasurer;
import dev.hejin.agent.app.measure.CpuMeasurer;
import dev.hejin.agent.app.measure.Measurement;
import dev.hejin.agent.app.measure.MeasurementFailure;
import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.measure.Measurer;
import dev.hejin.agent.app.measure.cuda.CudaMeasurer;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.app.probe.tool.ProcessRunner;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the devices of this machine and keeps the results for {@code node}. */
@Command(
    name = "measure",
    description =
        "Measures what the devices of this machine achieve, while nothing else runs on them; the"
            + " results are kept, and sent whenever the node registers.",
    mixinStandardHelpOptions = true)
public class MeasureCommand implements Callable<Integer> {
  private static final int NOTHING_MEASURED = 1;

  private final AgentProcess process;

  @Option(
      names = "--command",
      paramLabel = "COMMAND",
      description = "Measures accelerators that Hejin cannot measure itself: see the README.")
  Optional<String> measureCommand = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "The command may take this long a device; default: ${DEFAULT-VALUE}.")
  int limitSeconds;

  @Option(names = "--again", description = "Measure what has been measured before, too.")
  boolean again;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  MeasureCommand(AgentProcess process) {
    this.process = process;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Measurements kept = Measurements.of(process.config().stateFolder());
    List<Measurer> measurers = new ArrayList<>();
    measurers.add(CpuMeasurer.ofThisMachine());
    measureCommand.ifPresent(
        command ->
            measurers.add(
                new CommandMeasurer(command, new ProcessRunner(Duration.ofSeconds(limitSeconds)))));
    measurers.add(CudaMeasurer.ofThisMachine());
    var probes = NodeProbes.ofThisMachine(process.config().probe().toolLimit());
    boolean any = false;
    for (Inventory inventory : ProbeOptions.discover(probes, HostFacts.read())) {
      Measurer measurer =
          measurers.stream()
              .filter(each -> each.knows(inventory.vendor()))
              .findFirst()
              .orElse(null);
      for (DeviceReading device : inventory.devices()) {
        any |= measure(inventory.vendor(), device, measurer, kept, out);
        out.flush();
      }
    }
    return any ? 0 : NOTHING_MEASURED;
  }

  private boolean measure(
      String vendor,
      DeviceReading device,
      @Nullable Measurer measurer,
      Measurements kept,
      PrintWriter out) {
    String name = vendor + " " + device.name() + " " + device.key();
    Optional<Measurement> known = kept.find(Measurer.idOf(device), device.driverVersion());
    if (known.isPresent() && !again) {
      print(name, known.get(), out);
      return true;
    }
    if (measurer == null) {
      out.printf(
          "%s: not measured, nothing here measures %s%nMaybe give a --command that does%n",
          name, vendor);
      return false;
    }
    try {
      String today = LocalDate.now(ZoneOffset.UTC).toString();
      Measurement measured = measurer.measure(device, today);
      kept.keep(measured);
      print(name, measured, out);
      return true;
    } catch (MeasurementFailure e) {
      out.printf("%s: not measured, %s%n", name, e.getMessage());
      return false;
    }
  }

  private static void print(String name, Measurement measured, PrintWriter out) {
    out.printf("%s, %s%n", name, measured.source());
    measured
        .opsPerSecond()
        .forEach((precision, rate) -> out.printf("  %s %.4g operations/s%n", precision, rate));
    rate("memory", measured.memoryBytesPerSecond(), out);
    rate("host to device", measured.hostToDeviceBytesPerSecond(), out);
    rate("device to host", measured.deviceToHostBytesPerSecond(), out);
    rate("device to device", measured.deviceToDeviceBytesPerSecond(), out);
  }

  private static void rate(String name, @Nullable Double value, PrintWriter out) {
    if (value != null) {
      out.printf("  %s %.4g bytes/s%n", name, value);
    }
  }
}
