package dev.hejin.agent.app.command;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import picocli.CommandLine.Command;

/** The command line of the device agent. */
@TopCommand
@Command(
    name = "hejin-agent",
    description = "Speaks to the scheduler for the devices of a node.",
    mixinStandardHelpOptions = true,
    subcommands = {
      NodeCommand.class,
      FleetCommand.class,
      ProbeCommand.class,
      MeasureCommand.class,
      FaultsCommand.class
    })
public class AgentCommand {}
