package dev.hejin.client.balance;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.ConnectionOptions.Output;
import dev.hejin.client.Console;
import dev.hejin.client.importer.PlacementFiles;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import dev.hejin.scheduler.balance.InvalidProblemException;
import dev.hejin.scheduler.balance.Split;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Places experts of a case file and writes the plan. */
@Command(
    name = "balance",
    description = {
      "Place the experts of a case file on its devices and write the plan; asks no scheduler.",
      "CASE.json: weights (layers x experts, tokens), num_replicas, num_gpus; optionally num_groups,",
      "num_nodes, policy (global or hierarchical), speeds and slots of each device, coactivation",
      "([layer, expert, layer, expert, tokens] each). Or a recording: logical_count of SGLang as",
      "JSON or .pt, the folder of expert statistics of TensorRT-LLM; then give --num-gpus and",
      "--num-replicas."
    })
public final class BalanceCommand implements Callable<Integer> {
  private static final int MAX_REPEAT = 100_000;

  private final Console console;

  @Parameters(index = "0", paramLabel = "CASE.json", description = "Loads and devices.")
  private Path caseFile = Path.of("");

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "hejin (default), heap-greedy, hierarchical, static, round-robin or random.")
  private String policy = Solver.HEJIN;

  @Option(
      names = "--split",
      paramLabel = "even|weighted",
      description = "How replicas share tokens. Default: even, what every engine does.")
  private Split split = Split.EVEN;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "Solve N times in this process, for the times. Default: 1.")
  private int repeat = 1;

  @Option(
      names = "--previous",
      paramLabel = "PLAN.json",
      description = {
        "The plan in force, or an engine's file of it: move little, and plan for the loads to",
        "come."
      })
  private @Nullable Path previous;

  @Option(
      names = "--max-moves",
      paramLabel = "N",
      description = "Copy at most N replicas. Default: as many as pay.")
  private @Nullable Integer maxMoves;

  @Mixin private final RecordingOptions recording = new RecordingOptions();

  @Option(names = "-o", required = true, paramLabel = "PLAN.json", description = "Plan to write.")
  private Path planFile = Path.of("");

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
  public BalanceCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    if (repeat < 1 || repeat > MAX_REPEAT) {
      throw BadFile.option("--repeat", repeat, "not from 1 to " + MAX_REPEAT, "use 100");
    }
    if (maxMoves != null && maxMoves < 0) {
      throw BadFile.option("--max-moves", maxMoves, "negative", "leave it out for no limit");
    }
    if (maxMoves != null && previous == null) {
      throw BadFile.option("--max-moves", maxMoves, "no plan to move from", "give --previous");
    }
    CaseFile given = CaseFile.read(caseFile, recording);
    StoredPlan inForce =
        previous == null
            ? null
            : PlacementFiles.read(previous, given.slots().length, given.weights().length);
    Solver.Solved solved;
    try {
      Solver solver = new Solver(given, inForce, previous, maxMoves);
      solved = solver.solve(policy, split, repeat);
    } catch (InvalidProblemException e) {
      throw BadFile.of(caseFile, e);
    }
    PlanFile.write(planFile, solved.plan(), solved.outcome());
    if (output == Output.json) {
      console.print(BalanceText.json(solved));
    } else {
      console.print(BalanceText.lines(solved, planFile, previous != null, repeat));
    }
    return 0;
  }
}
