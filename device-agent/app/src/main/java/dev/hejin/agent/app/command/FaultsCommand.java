package dev.hejin.agent.app.command;

import dev.hejin.agent.simulation.fault.FaultCause;
import dev.hejin.agent.simulation.fault.FaultEvent;
import dev.hejin.agent.simulation.fault.FaultMonth;
import dev.hejin.agent.simulation.fault.FaultSchedule;
import dev.hejin.agent.simulation.fault.FleetShape;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a simulated month beside the published rates, without a scheduler. */
@Command(
    name = "faults",
    description = "The faults of a simulated fleet beside the published rates of real ones.",
    mixinStandardHelpOptions = true)
public class FaultsCommand implements Callable<Integer> {
  @Option(
      names = "--devices",
      defaultValue = "16384",
      description = "Size of the fleet, in nodes of 8; default: ${DEFAULT-VALUE}.")
  int devices;

  @Option(
      names = "--days",
      defaultValue = "30",
      description = "Simulated time; default: ${DEFAULT-VALUE}.")
  double days;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of every random choice; default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(names = "--events", description = "Print every fault instead.")
  boolean events;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FleetShape shape = FleetShape.ofDevices(devices);
    if (events) {
      FaultSchedule.of(shape, days, seed).forEach(event -> print(event, out));
    } else {
      print(FaultMonth.of(shape, days, seed), out);
    }
    out.flush();
    return 0;
  }

  private static void print(FaultEvent event, PrintWriter out) {
    out.printf(
        "%12.0f s  %8.0f s  %-28s %-6s node %d%s%s%s%n",
        event.startSeconds(),
        event.endSeconds() - event.startSeconds(),
        event.cause(),
        event.scope(),
        event.firstNode(),
        event.nodes() > 1 ? " to " + (event.firstNode() + event.nodes() - 1) : "",
        event.device() < 0 ? "" : " device " + event.device(),
        event.effect() == FaultEvent.Effect.LOST ? "" : " factor %.2f".formatted(event.factor()));
  }

  private static void print(FaultMonth month, PrintWriter out) {
    out.printf(
        "SIMULATED: %,d devices, %s days, seed %d; beside the rates that follow from%n"
            + "%d interruptions on %,d devices in %d days (Llama 3, table 5) and from Greyhound%n%n",
        month.shape().devices(),
        month.days(),
        month.seed(),
        FaultCause.publishedTotal(),
        FaultCause.PUBLISHED_DEVICES,
        FaultCause.PUBLISHED_DAYS);
    out.printf(
        "%-34s %10s %10s  %-20s %s%n", "", "simulated", "published", "95 % interval", "holds it");
    for (FaultMonth.Line line : month.lines()) {
      out.printf(
          "%-34s %10.4g %10.4g  %-20s %s  %s%n",
          line.name(),
          line.simulated(),
          line.published(),
          "[%.4g, %.4g]".formatted(line.low(), line.high()),
          line.agrees() ? "yes" : "NO ",
          line.unit());
    }
    long agree = month.lines().stream().filter(FaultMonth.Line::agrees).count();
    out.printf(
        "%n%d of %d intervals hold the published rate; of 20 true rates 19 are expected to%n",
        agree, month.lines().size());
  }
}
