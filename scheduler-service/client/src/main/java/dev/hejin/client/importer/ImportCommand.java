package dev.hejin.client.importer;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.client.importer.EnginePlacement.Said;
import dev.hejin.client.pipeline.MegatronLayout;
import dev.hejin.client.pipeline.PartitionVariable;
import dev.hejin.client.pipeline.PipelineStages;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns the placement of a serving engine into a plan. */
@Command(
    name = "import",
    description = {
      "Turn the file of a serving engine into a plan; the form is told from the file.",
      "Placements: sglang (JSON or .pt), tensorrt-llm (YAML), vllm-ascend, vllm. Pipelines:",
      "SGLANG_PP_LAYER_PARTITION, VLLM_PP_LAYER_PARTITION, a layout of megatron; these become a",
      "list of layers for each stage. Recorded loads: give them to balance as they are."
    })
public final class ImportCommand implements Callable<Integer> {
  private static final int MAX = 65_535;
  private static final int TEXT_LIMIT_BYTES = 64 << 10;

  private final Console console;

  @Parameters(index = "0", paramLabel = "FILE", description = "File of an engine.")
  private Path file = Path.of("");

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "Refuse the file if it is of another engine.")
  private @Nullable String engine;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Expert-parallel ranks; sglang, tensorrt-llm and vllm do not say them.")
  private int devices = EnginePlacement.UNKNOWN;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "MoE layers, where one row stands for all, or sglang has dense rows first.")
  private int layers = EnginePlacement.UNKNOWN;

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      description = "Dense layers before the first MoE layer in a file of sglang. Default: 0.")
  private int firstMoeLayer = EnginePlacement.UNKNOWN;

  @Option(
      names = "--moe-layer-step",
      paramLabel = "N",
      description = "Every N layers one is an MoE layer, in a file of sglang. Default: 1.")
  private int layerStep = 1;

  @Option(names = "-o", required = true, paramLabel = "FILE", description = "File to write.")
  private Path outFile = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public ImportCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    range("--devices", devices, 1);
    range("--layers", layers, 1);
    range("--first-moe-layer", firstMoeLayer, 0);
    range("--moe-layer-step", layerStep, 1);
    String text = text();
    if (PartitionVariable.matches(text)) {
      stages(PartitionVariable.engine(text), PartitionVariable.parse(file, text));
    } else if (MegatronLayout.matches(text)) {
      stages("megatron", MegatronLayout.parse(file, text));
    } else {
      placement();
    }
    return 0;
  }

  private static void range(String option, int value, int least) {
    if (value != EnginePlacement.UNKNOWN && (value < least || value > MAX)) {
      throw BadFile.option(option, value, "not from " + least + " to " + MAX, "leave it out");
    }
  }

  /** The file if it is a short text. */
  private String text() {
    if (Files.isDirectory(file)) {
      throw BadFile.whole(file, "a folder", "these are recorded loads: give them to balance");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(TEXT_LIMIT_BYTES + 1);
      return bytes.length > TEXT_LIMIT_BYTES ? "" : new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e, "the path is wrong, or not a file");
    }
  }

  private void stages(String found, PipelineStages stages) {
    agree(found);
    try {
      Files.writeString(outFile, stages.layers() + "\n");
    } catch (IOException e) {
      throw BadFile.whole(outFile, "cannot be written: " + e, "the folder does not exist");
    }
    console.print(
        stages.layers().size() + " stages, " + stages.totalLayers() + " layers -> " + outFile);
  }

  private void placement() {
    EnginePlacement placement = PlacementFiles.placement(file);
    agree(placement.engine());
    StoredPlan plan = placement.plan(new Said(devices, layers, firstMoeLayer, layerStep));
    PlanFile.write(outFile, plan, null);
    console.print(
        String.format(
            Locale.ROOT,
            "%s: %d layers from model layer %d, %d experts, %d slots, %d devices -> %s",
            placement.engine(),
            plan.slotExpert().length,
            plan.firstMoeLayer(),
            plan.experts(),
            plan.slotExpert()[0].length,
            plan.deviceSlots().length,
            outFile));
  }

  private void agree(String found) {
    if (engine != null && !found.isEmpty() && !engine.equals(found)) {
      throw BadFile.option("--engine", engine, file + " is of " + found, "leave --engine out");
    }
  }
}
