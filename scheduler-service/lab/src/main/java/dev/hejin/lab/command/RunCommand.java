package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.experiment.Arms;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.report.ExperimentPage;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.ScenarioFiles;
import dev.hejin.lab.trial.Variant;
import dev.hejin.lab.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a scenario under every variant and writes the report. */
@Command(
    name = "run",
    description = {
      "Simulate a scenario under each of its variants, with the same requests, routing and faults",
      "for all, and write what came out. Ctrl-C keeps what is finished."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SCENARIO",
      description = "A shipped name (see lab list) or a YAML file.")
  private String scenarioName = "";

  @Option(
      names = "--variants",
      paramLabel = "A,B",
      description = {
        "Variants of the scenario, policies, or all-policies; the first is the baseline.",
        "Default: what the scenario says."
      })
  private @Nullable String variants;

  @Option(
      names = "--sweep",
      paramLabel = "PATH=V1,V2",
      description = "Try every variant at each of these values. Repeated: at every combination.")
  private List<String> sweep = new ArrayList<>();

  @Mixin private final TrialOptions options = new TrialOptions();

  RunCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    int threads = options.threads();
    try {
      InputFile file = ScenarioFiles.open(scenarioName);
      Map<String, String> settings = options.settings();
      Scenario scenario = ScenarioFiles.parse(file, settings);
      Path report = options.report("lab-" + scenario.name() + ".html");
      List<Variant> chosen =
          variants == null
              ? scenario.experiment().variants()
              : VariantChoice.of(variants, scenario.experiment().variants());
      Arms arms = new Arms(file, settings, axes());
      ExperimentPlan plan = options.plan(file, scenario, arms, chosen);
      return new LabRun(console, new World(file), report, threads, options.resume())
          .run(plan, ExperimentPage::of, outcome -> console.print(OutcomeText.lines(outcome)));
    } catch (InvalidFileException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, List<String>> axes() {
    Map<String, List<String>> axes = new LinkedHashMap<>();
    for (String one : sweep) {
      int at = one.indexOf('=');
      List<String> values =
          at < 1
              ? List.of()
              : Arrays.stream(one.substring(at + 1).split(",", -1)).map(String::strip).toList();
      if (values.isEmpty() || values.contains("")) {
        throw BadFile.option(
            "--sweep",
            one,
            "not of the form PATH=V1,V2",
            "write traffic.requestsPerSecond=20,40,60");
      }
      if (values.stream().distinct().count() < values.size()) {
        throw BadFile.option("--sweep", one, "a value is swept twice", "leave one out");
      }
      if (axes.put(one.substring(0, at).strip(), values) != null) {
        throw BadFile.option("--sweep", one, "the path is swept twice", "join the values");
      }
    }
    return axes;
  }
}
