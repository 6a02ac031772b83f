package dev.hejin.deploy.local.load;

import dev.hejin.client.Console;
import dev.hejin.deploy.local.process.Installation;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the control plane bears on this machine. */
@Command(
    name = "load",
    description = {
      "Measure what the control plane bears. Broker, scheduler and simulated agents run on this",
      "machine and share its cores; so the figures belong to it, and to nothing else running."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "devices|telemetry|replan|api")
public final class LoadCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private LoadCommand() {}

  /** The command with its subcommands. */
  public static CommandLine line(Console console, Installation installation) {
    CommandLine line = new CommandLine(new LoadCommand());
    line.addSubcommand(new DevicesLoad(console, installation));
    line.addSubcommand(new TelemetryLoad(console, installation));
    line.addSubcommand(new ReplanLoad(console, installation));
    line.addSubcommand(new ApiLoad(console, installation));
    return line;
  }

  /** The command that looks for the knee of a running scheduler; it belongs to the policy lab. */
  public static CommandLine live(Console console, Installation installation) {
    return new CommandLine(new LiveLoad(console, installation));
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "load wants one of devices, telemetry, replan, api");
  }
}
