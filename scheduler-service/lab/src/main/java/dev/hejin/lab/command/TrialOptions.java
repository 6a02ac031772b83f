package dev.hejin.lab.command;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.experiment.Arms;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.report.ResultFile;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.trial.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command that simulates takes. */
final class TrialOptions {
  private static final int MOST_REPLICATIONS = 10_000;
  private static final int MOST_THREADS = 1024;

  @Option(
      names = "-o",
      paramLabel = "REPORT.html",
      description = {
        "Report to write; the figures go beside it as .json, finished trials as .trials.jsonl.",
        "Default: lab-SCENARIO.html."
      })
  private @Nullable Path output;

  @Option(
      names = "--replications",
      paramLabel = "N",
      description = "Seeds that each variant is tried with. Default: what the scenario says.")
  private @Nullable Integer replications;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The number that all chance comes from. Default: what the scenario says.")
  private @Nullable Long seed;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = {
        "Another value in the scenario's file, for every variant, as in",
        "traffic.requestsPerSecond=20 or pool.nodes[0].speed=0.7. May be repeated."
      })
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Trials at a time. Default: the cores of this machine.")
  private @Nullable Integer threads;

  @Option(
      names = "--resume",
      description = "Take over the trials that an earlier run into the same report finished.")
  private boolean resume;

  /** The report to write. */
  Path report(String fallback) {
    Path report = output == null ? Path.of(fallback) : output;
    if (!report.toString().endsWith(".html")) {
      throw BadFile.option("-o", report, "not an .html file", "name it " + report + ".html");
    }
    ResultFile.requireFolder("-o", report);
    return report;
  }

  /** These variants under the seed and as often as was asked, or as the scenario says. */
  ExperimentPlan plan(InputFile file, Scenario scenario, Arms arms, List<Variant> variants) {
    return new ExperimentPlan(
        scenario.name(),
        scenario.story(),
        file.text(),
        arms.settingsText(),
        CodeVersion.text(),
        seed == null ? scenario.seed() : seed,
        replications(scenario.experiment().replications()),
        arms.of(variants));
  }

  private int replications(int fallback) {
    int wanted = replications == null ? fallback : replications;
    if (wanted < 1 || wanted > MOST_REPLICATIONS) {
      throw BadFile.option(
          "--replications",
          wanted,
          "not from 1 to " + MOST_REPLICATIONS,
          "use 5: an interval needs at least 2");
    }
    return wanted;
  }

  int threads() {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (wanted < 1 || wanted > MOST_THREADS) {
      throw BadFile.option("--threads", wanted, "not from 1 to " + MOST_THREADS, "leave it out");
    }
    return wanted;
  }

  boolean resume() {
    return resume;
  }

  /** Paths and values of --set, in order. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String one : set) {
      int at = one.indexOf('=');
      if (at < 1 || at == one.length() - 1) {
        throw BadFile.option(
            "--set", one, "not of the form PATH=VALUE", "write control.rebalance=false");
      }
      String path = one.substring(0, at).strip();
      if (settings.put(path, one.substring(at + 1).strip()) != null) {
        throw BadFile.option("--set", one, "the path is set twice", "leave one out");
      }
    }
    return settings;
  }
}
