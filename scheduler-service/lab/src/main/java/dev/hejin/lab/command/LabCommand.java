package dev.hejin.lab.command;

import dev.hejin.client.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Load tests of placement policies. */
@Command(
    name = "lab",
    description = {
      "Try placement policies: simulate a pool that serves a model, with requests, faults and",
      "migrations, and say which policy is better, by how much, and how sure that is."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class LabCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private LabCommand() {}

  /** The command with its subcommands; others may add theirs. */
  public static CommandLine line(Console console) {
    CommandLine line = new CommandLine(new LabCommand());
    line.addSubcommand(new ListCommand(console));
    line.addSubcommand(new RunCommand(console));
    line.addSubcommand(new CompareCommand(console));
    line.addSubcommand(new AdviseCommand(console));
    return line;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "lab wants one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
