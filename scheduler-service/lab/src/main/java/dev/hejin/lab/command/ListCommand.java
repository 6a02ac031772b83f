package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.client.Wrap;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.ScenarioFiles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tells the stories of the shipped scenarios. */
@Command(
    name = "list",
    description = "The shipped scenarios and their stories.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  private final Console console;

  ListCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    for (String name : ScenarioFiles.names()) {
      Scenario scenario = ScenarioFiles.load(name);
      console.print(
          "%s  (%d devices, %d variants, %d replications)"
              .formatted(
                  name,
                  scenario.pool().devices().size(),
                  scenario.experiment().variants().size(),
                  scenario.experiment().replications()));
      console.print(Wrap.text("    ", "    ", scenario.story()));
      console.print("");
    }
    return 0;
  }
}
