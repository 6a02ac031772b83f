package dev.hejin.deploy.local;

import dev.hejin.client.CatalogFiles;
import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.deploy.local.process.PrivateScheduler;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
    subcommandsRepeatable = false,
    mixinStandardHelpOptions = true)
public final class HejinCommand {
  private HejinCommand() {}

  public static void main(String[] arguments) {
    System.exit(line(Console.standard(), Installation.current()).execute(arguments));
  }

  static CommandLine line(Console console, Installation installation) {
    CommandLine line = new CommandLine(new HejinCommand());
    ClientCommands.addTo(line, console, new CatalogFiles(), new PrivateScheduler(installation));
    return ClientCommands.withFailures(line, console);
  }
}
