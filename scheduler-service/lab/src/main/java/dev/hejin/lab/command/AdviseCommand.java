package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.file.NearestNames;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.advisor.Advice;
import dev.hejin.lab.advisor.Change;
import dev.hejin.lab.advisor.Changes;
import dev.hejin.lab.experiment.Arms;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.report.AdvicePage;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.ScenarioFiles;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.Variant;
import dev.hejin.lab.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks what would bring more: nodes, or better chips and links. */
@Command(
    name = "advise",
    description = {
      "Simulate a scenario with one more node of each type, and with better figures of each chip",
      "and of the network, and say what each brings and which gains are told apart from zero."
    },
    mixinStandardHelpOptions = true)
final class AdviseCommand implements Callable<Integer> {
  private static final double ALL_MET = 0.99;

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SCENARIO",
      description = "A shipped name (see lab list) or a YAML file with its pool in it.")
  private String scenarioName = "";

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description = "What should get better, as in goodput or tpot_p99. Default: throughput.")
  private Measure measure = Measure.THROUGHPUT;

  @Option(
      names = "--percent",
      paramLabel = "N",
      description = "By how much figures of chips and links grow. Default: 25.")
  private double percent = 25;

  @Option(
      names = "--cost",
      paramLabel = "CHANGE=USD",
      description = {
        "What a change costs in USD/h, as in node:H20=16 or network=2. May be repeated. Default:",
        "rents of the catalogue for nodes, unknown otherwise."
      })
  private List<String> costs = new ArrayList<>();

  @Mixin private final TrialOptions options = new TrialOptions();

  AdviseCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    if (!(percent > 0 && percent <= 1000)) {
      throw BadFile.option("--percent", percent, "not above 0 and up to 1000", "use 25");
    }
    int threads = options.threads();
    try {
      InputFile file = ScenarioFiles.open(scenarioName);
      Map<String, String> settings = options.settings();
      for (String path : settings.keySet()) {
        if (path.startsWith("pool") || path.startsWith("services")) {
          throw BadFile.option(
              "--set", path, "advice changes this itself", "write it into a copy of the scenario");
        }
      }
      Scenario scenario = ScenarioFiles.parse(file, settings);
      Path report = options.report("lab-advice-" + scenario.name() + ".html");
      List<Change> changes = priced(Changes.of(file, scenario, percent));
      Arms arms = new Arms(file, settings, Map.of());
      ExperimentPlan plan = options.plan(file, scenario, arms, variants(changes));
      return new LabRun(console, new World(file), report, threads, options.resume())
          .run(
              plan,
              outcome -> AdvicePage.of(outcome, Advice.of(outcome, changes, measure), measure),
              outcome -> print(outcome, changes));
    } catch (InvalidFileException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static List<Variant> variants(List<Change> changes) {
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant("as it is", Map.of()));
    changes.forEach(change -> variants.add(new Variant(change.text(), change.settings())));
    return variants;
  }

  private List<Change> priced(List<Change> changes) {
    Map<String, Double> given = new LinkedHashMap<>();
    List<String> keys = changes.stream().map(Change::key).toList();
    for (String one : costs) {
      int at = one.lastIndexOf('=');
      String key = at < 0 ? one : one.substring(0, at).strip();
      if (!keys.contains(key)) {
        throw BadFile.option(
            "--cost",
            one,
            "there is no such change",
            "one of " + String.join(", ", NearestNames.of(key, keys, 4)));
      }
      given.put(key, usd(one, at));
    }
    return changes.stream()
        .map(
            change ->
                given.containsKey(change.key())
                    ? change.at(given.getOrDefault(change.key(), Double.NaN))
                    : change)
        .toList();
  }

  private static double usd(String option, int at) {
    try {
      double usd = at < 0 ? Double.NaN : Double.parseDouble(option.substring(at + 1).strip());
      if (usd > 0 && Double.isFinite(usd)) {
        return usd;
      }
    } catch (NumberFormatException e) {
      throw BadFile.option("--cost", option, "no number after =", "write network=2.5");
    }
    throw BadFile.option("--cost", option, "not a cost above 0", "write network=2.5");
  }

  private void print(Outcome outcome, List<Change> changes) {
    console.print(AdviceText.lines(outcome, Advice.of(outcome, changes, measure), measure));
    Interval met = Interval.of(outcome.values(0, Measure.LIMITS_MET));
    if (met.mean() > ALL_MET) {
      console.print("");
      console.print(
          "The pool has room: %.1f %% of the requests meet their limits as it is."
              .formatted(met.mean() * 100));
      console.print("Maybe raise the traffic, as in --set traffic.requestsPerSecond=100.");
    }
    Map<String, String> failed = new TreeMap<>();
    for (int arm = 0; arm < outcome.plan().arms().size(); arm++) {
      if (!outcome.failures(arm).isEmpty()) {
        failed.put(outcome.plan().arms().get(arm).name(), outcome.failures(arm).getFirst());
      }
    }
    failed.forEach((name, why) -> console.print("FAILED: " + name + ": " + why));
  }
}
