package dev.hejin.client.export;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.kubernetes.NodeGroup;
import dev.hejin.client.kubernetes.ServingManifest;
import dev.hejin.client.kubernetes.ServingOptions;
import dev.hejin.client.pipeline.MegatronLayout;
import dev.hejin.client.pipeline.PartitionVariable;
import dev.hejin.client.pipeline.PipelineStages;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a plan in the format of a serving engine. */
@Command(
    name = "export",
    description = {
      "Write a plan for a serving engine; how to use the file goes to standard error.",
      "PLAN.json: a plan of balance, or pipeline stages: the output of plan --output json, or a",
      "list of decoder layers for each stage such as [15, 15, 15, 16].",
      "What an engine cannot express is refused; shares that it ignores are stated as a loss."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final int MAX_LAYERS = 10_000;
  private static final String MEGATRON = "megatron";
  private static final String FILE = "file";
  private static final String KUBERNETES = "kubernetes";
  private static final double EVEN_TOLERANCE = 1e-9;

  private final Console console;

  @Parameters(index = "0", paramLabel = "PLAN.json", description = "Plan to export.")
  private Path planFile = Path.of("");

  @Option(
      names = "--engine",
      required = true,
      paramLabel = "NAME",
      description = {
        "sglang, sglang-counts (loads: SGLang places), tensorrt-llm, vllm-ascend, vllm, vllm-ranks",
        "(one rank for each expert); for pipeline stages sglang, vllm or megatron."
      })
  private String engine = "";

  @Option(
      names = "--first-moe-layer",
      paramLabel = "N",
      description = {
        "Dense layers before the first MoE layer (3 in DeepSeek-V3). Default: what the plan says,",
        "else 0. Only sglang and tensorrt-llm number them."
      })
  private @Nullable Integer firstMoeLayer;

  @Option(
      names = "--moe-layer-step",
      paramLabel = "N",
      description = "Every N layers from the first on, one is an MoE layer. Default: 1.")
  private int layerStep = 1;

  @Option(
      names = "--hidden-layers",
      paramLabel = "N",
      description = "Hidden layers of the model, for sglang. Default: up to the last MoE layer.")
  private @Nullable Integer hiddenLayers;

  @Option(
      names = "--mtp-layers",
      paramLabel = "N",
      description = "Layers of multi-token prediction in the last stage, for megatron. Default: 0.")
  private int mtpLayers;

  @Option(
      names = "--form",
      paramLabel = "file|kubernetes",
      description = {
        "file: what the engine reads (default). kubernetes: manifests of the engine, a pod a node,",
        "with that file mounted; sglang."
      })
  private String form = FILE;

  @ArgGroup(validate = false, heading = "For --form kubernetes:%n")
  private @Nullable ServingOptions serving;

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
    range("--first-moe-layer", firstMoeLayer, 0);
    range("--moe-layer-step", layerStep, 1);
    range("--hidden-layers", hiddenLayers, 1);
    range("--mtp-layers", mtpLayers, 0);
    checkForm();
    if (PipelineStages.isStages(planFile)) {
      stages();
    } else {
      placement();
    }
    return 0;
  }

  private static void range(String option, @Nullable Integer value, int least) {
    if (value != null && (value < least || value > MAX_LAYERS)) {
      throw BadFile.option(
          option, value, "not from " + least + " to " + MAX_LAYERS, "use " + least);
    }
  }

  private void checkForm() {
    if (!form.equals(FILE) && !form.equals(KUBERNETES)) {
      throw BadFile.option("--form", form, "unknown", "use file or kubernetes");
    }
    if (form.equals(FILE) && serving != null) {
      throw BadFile.option(
          "--form", form, "--group, --image and the like are of pods", "use --form kubernetes");
    }
    if (form.equals(KUBERNETES)
        && (!engine.equals(EngineFormat.SGLANG.id()) || PipelineStages.isStages(planFile))) {
      throw CommandFailure.refused(
          planFile
              + ": manifests are written for a placement of experts and sglang, not for "
              + engine
              + ".\nMaybe export for the engine alone and write its pods by hand.");
    }
  }

  private void stages() {
    boolean known = engine.equals(MEGATRON) || engine.equals("sglang") || engine.equals("vllm");
    if (!known) {
      format();
      throw CommandFailure.refused(
          planFile
              + ": pipeline stages: "
              + engine
              + " has no form for them.\nMaybe use one of sglang, vllm, megatron.");
    }
    PipelineStages stages = PipelineStages.read(planFile);
    if (engine.equals(MEGATRON)) {
      write(out -> out.write(MegatronLayout.format(stages, mtpLayers) + "\n"));
      console.note(
          "use: --pipeline-model-parallel-layout \"$(cat "
              + outFile
              + ")\" with a pipeline size that divides "
              + stages.layers().size());
    } else {
      String line = PartitionVariable.format(engine, planFile, stages);
      write(out -> out.write(line + "\n"));
      console.note(
          "use: env $(cat "
              + outFile
              + ") with pipeline size "
              + stages.layers().size()
              + " and a model of "
              + stages.totalLayers()
              + " layers");
    }
  }

  private void placement() {
    if (engine.equals(MEGATRON)) {
      throw CommandFailure.refused(
          planFile
              + ": a placement of experts: megatron has no form for it, only for pipeline stages."
              + "\nMaybe export the output of ./hejin plan --output json.");
    }
    EngineFormat format = format();
    StoredPlan plan = PlanFile.read(planFile);
    if (firstMoeLayer != null && firstMoeLayer > 0 && !format.countsDenseLayers()) {
      console.note("--first-moe-layer has no effect: " + engine + " numbers MoE layers only");
    }
    PlanChecks.check(planFile, plan, format);
    LayerNumbers numbers = numbers(plan);
    if (format.placesExperts()) {
      stateLoss(plan);
    }
    if (form.equals(KUBERNETES)) {
      manifests(format, plan, numbers);
      return;
    }
    write(out -> format.write(out, plan, numbers));
    console.note("use: " + format.use(plan).replace("FILE", outFile.toString()));
  }

  private void manifests(EngineFormat format, StoredPlan plan, LayerNumbers numbers) {
    StringWriter map = new StringWriter();
    try {
      format.write(map, plan, numbers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServingManifest manifest =
        new ServingManifest(
            planFile,
            serving == null ? new ServingOptions() : serving,
            map.toString(),
            plan.deviceSlots().length,
            EngineFormat.sglangArguments(plan));
    String text = manifest.text();
    write(out -> out.write(text));
    int device = 0;
    for (NodeGroup group : manifest.groups()) {
      int devices = plan.deviceSlots().length * group.nodes() / manifest.nodes();
      double[] speeds = Arrays.copyOfRange(plan.speeds(), device, device + devices);
      console.note(
          "%s=%s: devices %d to %d of the plan, speeds %s"
              .formatted(
                  group.label(), group.value(), device, device + devices - 1, range(speeds)));
      device += devices;
    }
    console.note("use: kubectl apply -f " + outFile);
  }

  private static String range(double[] speeds) {
    double least = Arrays.stream(speeds).min().orElse(1);
    double most = Arrays.stream(speeds).max().orElse(1);
    return least == most ? Double.toString(least) : least + " to " + most;
  }

  private LayerNumbers numbers(StoredPlan plan) {
    int first = firstMoeLayer == null ? plan.firstMoeLayer() : firstMoeLayer;
    int last = first + (plan.slotExpert().length - 1) * layerStep;
    if (hiddenLayers != null && hiddenLayers <= last) {
      throw BadFile.option(
          "--hidden-layers", hiddenLayers, "the last MoE layer is layer " + last, "count from 0");
    }
    return new LayerNumbers(first, layerStep, hiddenLayers == null ? last + 1 : hiddenLayers);
  }

  private interface Output {
    void to(Writer out) throws IOException;
  }

  private void write(Output output) {
    try (Writer out = Files.newBufferedWriter(outFile, StandardCharsets.UTF_8)) {
      output.to(out);
    } catch (IOException e) {
      throw BadFile.whole(outFile, "cannot be written: " + e, "the folder does not exist");
    }
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
            .collect(Collectors.joining(", ", "", ", " + MEGATRON));
    throw BadFile.option("--engine", engine, "unknown", "use one of " + all);
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
