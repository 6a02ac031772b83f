package dev.hejin.deploy.local;

import dev.hejin.client.CatalogFiles;
import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.client.balance.BalanceCommand;
import dev.hejin.client.calibration.CalibrateCommand;
import dev.hejin.client.calibration.PredictCommand;
import dev.hejin.client.calibration.TrainCommand;
import dev.hejin.client.calibration.ValidateCommand;
import dev.hejin.client.export.ExportCommand;
import dev.hejin.client.importer.ImportCommand;
import dev.hejin.client.stages.StagesCommand;
import dev.hejin.deploy.local.load.LoadCommand;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.PrivateScheduler;
import dev.hejin.lab.command.LabCommand;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All commands of {@code ./hejin} that are not scripts. */
@Command(
    name = "hejin",
    description = "Hejin: one machine for MoE models out of a mixed pool of AI accelerators.",
    footer = {
      "",
      "Single processes and development, by the script: broker, scheduler, agent, build, test.",
      "Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage or could not run,",
      "3 no scheduler."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class HejinCommand {
  /** Quiet: a library looks for a logging provider, which a command line does not need. */
  private static final String LOGGING_NOTES = "slf4j.internal.verbosity";

  /**
   * Warns of each scheduler whose name means nothing here, as one in a container. The next address
   * is tried, and when none answers that is told.
   */
  private static final Logger CHANNELS = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  private HejinCommand() {}

  public static void main(String[] arguments) {
    System.setProperty(LOGGING_NOTES, "ERROR");
    CHANNELS.setLevel(Level.SEVERE);
    System.exit(line(Console.standard(), Installation.current()).execute(arguments));
  }

  static CommandLine line(Console console, Installation installation) {
    CommandLine line = new CommandLine(new HejinCommand());
    line.addSubcommand(new UpCommand(console, installation));
    ClientCommands.addTo(line, console, new CatalogFiles(), new PrivateScheduler(installation));
    line.addSubcommand(new BalanceCommand(console));
    line.addSubcommand(new StagesCommand(console));
    line.addSubcommand(new ExportCommand(console));
    line.addSubcommand(new ImportCommand(console));
    line.addSubcommand(new PredictCommand(console));
    line.addSubcommand(new TrainCommand(console));
    line.addSubcommand(new CalibrateCommand(console));
    line.addSubcommand(new ValidateCommand(console));
    line.addSubcommand(LoadCommand.line(console, installation));
    CommandLine lab = LabCommand.line(console);
    lab.addSubcommand(LoadCommand.live(console, installation));
    line.addSubcommand(lab);
    return ClientCommands.withFailures(line, console);
  }
}
