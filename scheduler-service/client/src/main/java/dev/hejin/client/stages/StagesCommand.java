package dev.hejin.client.stages;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.ConnectionOptions.Output;
import dev.hejin.client.Console;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.flow.InvalidStageProblemException;
import dev.hejin.scheduler.flow.StageOptions;
import dev.hejin.scheduler.flow.StagePlan;
import dev.hejin.scheduler.flow.StagePlanner;
import dev.hejin.scheduler.flow.StageProblem;
import dev.hejin.scheduler.flow.Workload;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Places the layers of a dense model on mixed devices and writes the plan. */
@Command(
    name = "stages",
    description = {
      "Place the layers of a dense model on mixed devices; asks no scheduler.",
      "CASE.json: model (layers), device_types (what each can do with k layers), devices, links."
    })
public final class StagesCommand implements Callable<Integer> {
  private static final double NANOS_PER_MILLI = 1e6;

  /** What to maximise. */
  enum Objective {
    /** Tokens a second by maximum flow, with proof. */
    FLOW,
    /** Decode tokens a second that are really served, by simulation. */
    SERVING
  }

  private final Console console;

  @Parameters(index = "0", paramLabel = "CASE.json", description = "Model, devices and links.")
  private Path caseFile = Path.of("");

  @Option(names = "-o", required = true, paramLabel = "PLAN.json", description = "Plan to write.")
  private Path planFile = Path.of("");

  @Option(
      names = "--objective",
      paramLabel = "flow|serving",
      description = {
        "flow (default): the largest maximum flow, with a bound.",
        "serving: the most decode tokens/s served in simulation; needs KV cache and times."
      })
  private Objective objective = Objective.FLOW;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      description = "Mean prompt to serve. Default: the mix of a conversation trace, mean 763.")
  private @Nullable Integer promptTokens;

  @Option(
      names = "--output-tokens",
      paramLabel = "N",
      description = "Mean answer to serve. Default: as above, mean 232.")
  private @Nullable Integer outputTokens;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the search and the simulated requests. Default: 1.")
  private long seed = StageOptions.DEFAULT.seed();

  @Option(
      names = "--output",
      paramLabel = "table|json",
      description = "How to print the summary. Default: table.")
  private Output output = Output.table;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public StagesCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    Workload workload = workload();
    StageProblem problem = StageCaseFile.read(caseFile);
    StageOptions options = StageOptions.DEFAULT.with(seed);
    long start = System.nanoTime();
    StagePlan plan;
    try {
      StagePlanner planner = new StagePlanner(options);
      plan =
          objective == Objective.FLOW
              ? planner.maximiseFlow(problem)
              : planner.maximiseServing(problem, workload);
    } catch (InvalidStageProblemException e) {
      throw CommandFailure.usage(caseFile + ": " + e.getMessage());
    }
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    String name = objective.name().toLowerCase(Locale.ROOT);
    StagePlanFile.write(planFile, name, plan, millis);
    if (output == Output.json) {
      console.print(StagePlanFile.text(name, plan, millis));
    } else {
      console.print(StagesText.lines(problem, plan, millis, planFile));
    }
    return 0;
  }

  private Workload workload() {
    Integer prompt = promptTokens;
    Integer answer = outputTokens;
    if (prompt == null && answer == null) {
      return Workload.CONVERSATION;
    }
    if (prompt == null || answer == null) {
      throw BadFile.option(
          prompt == null ? "--prompt-tokens" : "--output-tokens",
          "(absent)",
          "both lengths are needed",
          "give both, or neither");
    }
    try {
      return Workload.of(prompt, answer);
    } catch (InvalidStageProblemException e) {
      throw BadFile.option(
          "--prompt-tokens, --output-tokens",
          prompt + ", " + answer,
          "not above 0",
          "use 763 and 232");
    }
  }
}
