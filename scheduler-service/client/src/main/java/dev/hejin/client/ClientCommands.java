package dev.hejin.client;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The commands, and how their failures print. */
public final class ClientCommands {
  private static final int HELP_WIDTH = Table.WIDTH;

  private ClientCommands() {}

  /** Adds every client command to a command line. */
  public static CommandLine addTo(
      CommandLine line, Console console, InputFiles files, SchedulerLauncher launcher) {
    line.addSubcommand(new PlanCommand(console, files, launcher));
    line.addSubcommand(new DeployCommand(console, files));
    line.addSubcommand(new DeploymentsCommand(console));
    line.addSubcommand(new WatchCommand(console));
    line.addSubcommand(new RebalanceCommand(console));
    line.addSubcommand(new DeleteCommand(console));
    line.addSubcommand(new MigrationCommand(console));
    line.addSubcommand(new DevicesCommand(console));
    line.addSubcommand(new NodeCommand(console));
    line.addSubcommand(new DrainCommand(console));
    line.addSubcommand(new ForgetCommand(console));
    return withFailures(line, console);
  }

  /** Makes failures print as lines for people and end with the exit codes of the package. */
  public static CommandLine withFailures(CommandLine line, Console console) {
    line.setOut(console.out());
    line.setErr(console.err());
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setUsageHelpAutoWidth(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof CommandFailure known) {
            console.note(known.getMessage());
            return known.exitCode();
          }
          failure.printStackTrace(console.err());
          console.note(
              "Maybe this is a fault of Hejin itself; please report it with the lines above.");
          return CommandFailure.REFUSED;
        });
    line.setParameterExceptionHandler(
        (failure, arguments) -> {
          print(failure, console);
          return CommandFailure.USAGE;
        });
    return line;
  }

  private static void print(ParameterException failure, Console console) {
    console.note(String.valueOf(failure.getMessage()));
    String name = failure.getCommandLine().getCommandSpec().qualifiedName();
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, console.err())) {
      console.note("Maybe see " + name + " --help");
    }
  }
}
