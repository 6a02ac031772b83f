package dev.hejin.client.export;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.balance.BadFile;
import dev.hejin.client.balance.PlanFile;
import dev.hejin.client.balance.StoredPlan;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a plan in the format of a serving engine. */
@Command(
    name = "export",
    description = {
      "Write a plan of balance for a serving engine; how to use the file goes to standard error.",
      "What an engine cannot express is refused; shares that it ignores are stated as a loss."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final int MAX_LAYERS = 10_000;
  private static final double EVEN_TOLERANCE = 1e-9;

  private final Console console;

  @Parameters(index = "0", paramLabel = "PLAN.json", description = "Plan to export.")
  private Path planFile = Path.of("");

  @Option(
      names = "--engine",
      required = true,
      paramLabel = "NAME",
      description = "sglang, tensorrt-llm, vllm-ascend or vllm.")
  private String engine = "";

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      description = {
        "Dense layers before the first MoE layer (3 in DeepSeek-V3). Default: 0.",
        "Only sglang and tensorrt-llm number them."
      })
  private int firstMoeLayer;

  @Option(names = "-o", required = true, paramLabel = "FILE", description = "File to write.")
  private Path outFile = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public ExportCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    EngineFormat format = format();
    if (firstMoeLayer < 0 || firstMoeLayer > MAX_LAYERS) {
      throw BadFile.option(
          "--first-moe-layer", firstMoeLayer, "not from 0 to " + MAX_LAYERS, "use 0");
    }
    if (firstMoeLayer > 0 && !format.countsDenseLayers()) {
      console.note("--first-moe-layer has no effect: " + engine + " numbers MoE layers only");
    }
    StoredPlan plan = PlanFile.read(planFile);
    equalSlots(plan);
    if (format == EngineFormat.VLLM_ASCEND) {
      distinct(plan);
    }
    stateLoss(plan);
    try (Writer out = Files.newBufferedWriter(outFile, StandardCharsets.UTF_8)) {
      format.write(out, plan, firstMoeLayer);
    } catch (IOException e) {
      throw BadFile.whole(outFile, "cannot be written: " + e, "the folder does not exist");
    }
    console.note("use: " + format.use(plan).replace("FILE", outFile.toString()));
    return 0;
  }

  private EngineFormat format() {
    for (EngineFormat format : EngineFormat.values()) {
      if (format.id().equals(engine)) {
        return format;
      }
    }
    String all =
        Arrays.stream(EngineFormat.values())
            .map(EngineFormat::id)
            .collect(Collectors.joining(", "));
    throw BadFile.option("--engine", engine, "unknown", "use one of " + all);
  }

  private void equalSlots(StoredPlan plan) {
    int[] slots = plan.deviceSlots();
    for (int d = 1; d < slots.length; d++) {
      if (slots[d] != slots[0]) {
        throw CommandFailure.refused(
            String.format(
                Locale.ROOT,
                "%s: device_slots[%d] = %d: device 0 has %d, and %s wants the same number of slots"
                    + " on every rank.%nMaybe balance the case without slots, or with equal ones.",
                planFile,
                d,
                slots[d],
                slots[0],
                engine));
      }
    }
  }

  private void distinct(StoredPlan plan) {
    for (int l = 0; l < plan.slotExpert().length; l++) {
      int start = 0;
      for (int d = 0; d < plan.deviceSlots().length; d++) {
        int end = start + plan.deviceSlots()[d];
        for (int s = start; s < end; s++) {
          for (int other = start; other < s; other++) {
            if (plan.slotExpert()[l][s] == plan.slotExpert()[l][other]) {
              throw CommandFailure.refused(
                  String.format(
                      Locale.ROOT,
                      "%s: physical_to_logical_map[%d][%d] = %d: twice on device %d, which the map"
                          + " of %s cannot express.%nMaybe balance again: plans of hejin never do.",
                      planFile,
                      l,
                      s,
                      plan.slotExpert()[l][s],
                      d,
                      engine));
            }
          }
        }
        start = end;
      }
    }
  }

  private void stateLoss(StoredPlan plan) {
    double[][] even = plan.evenShares();
    if (isEven(plan.replicaWeights(), even)) {
      return;
    }
    double planned = plan.balancedness(plan.replicaWeights());
    double left = plan.balancedness(even);
    console.note(
        Double.isNaN(left)
            ? engine + " shares evenly: weighted shares are lost; the plan has no loads to judge by"
            : String.format(
                Locale.ROOT,
                "%s shares evenly: weighted shares are lost; balancedness %.5f instead of %.5f",
                engine,
                left,
                planned));
  }

  private static boolean isEven(double[][] shares, double[][] even) {
    for (int l = 0; l < shares.length; l++) {
      for (int s = 0; s < shares[l].length; s++) {
        if (Math.abs(shares[l][s] - even[l][s]) > EVEN_TOLERANCE) {
          return false;
        }
      }
    }
    return true;
  }
}
