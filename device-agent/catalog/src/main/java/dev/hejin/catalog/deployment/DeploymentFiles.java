package dev.hejin.catalog.deployment;

import dev.hejin.catalog.chip.Precision;
import dev.hejin.catalog.file.CheckedYaml;
import dev.hejin.catalog.file.Fields;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.Schema;
import dev.hejin.catalog.file.ShippedFiles;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads deployment files, by name or by path, and fills in what is left out. */
public final class DeploymentFiles {

  private static final Schema SCHEMA = Schema.shipped("deployment");
  private static final ShippedFiles SHIPPED = new ShippedFiles("deployments", List.of("default"));
  private static final List<Precision> COMMON_PRECISIONS =
      List.of(Precision.FP8, Precision.INT8, Precision.BF16);

  private DeploymentFiles() {}

  /** Returns the names of the shipped deployments. */
  public static List<String> names() {
    return SHIPPED.names();
  }

  /** Returns the schema of a deployment file, as JSON. */
  public static String schema() {
    return SCHEMA.text();
  }

  /** Loads a shipped deployment by its name, or a file by its path. */
  public static DeploymentSpec load(String nameOrPath) {
    return parse(SHIPPED.open(nameOrPath));
  }

  /** Reads the text of a deployment file. */
  public static DeploymentSpec parse(InputFile file) {
    Fields root = CheckedYaml.read(file, SCHEMA);
    Fields workload = root.group("workload");
    Fields experts = root.group("experts");
    Fields rebalance = root.group("rebalance");
    return new DeploymentSpec(
        root.text("name"),
        model(root),
        new Workload(workload.integer("batchTokens", 0), workload.integer("contextTokens", 0)),
        Objective.valueOf(root.text("objective", "throughput").toUpperCase(Locale.ROOT)),
        precisions(root),
        root.text("policy", "hejin"),
        new ExpertOptions(
            experts.integer("redundantPerStage", 0),
            experts.integer("maxSlotsPerDevice", ExpertOptions.NO_LIMIT)),
        new RebalanceOptions(
            rebalance.flag("enabled", true),
            rebalance.number("imbalanceThreshold", 1.15),
            rebalance.number("minGain", 0.03),
            rebalance.number("minIntervalSeconds", 10),
            rebalance.integer("maxMovedExpertsPerStep", 256)),
        root.has("service") ? Optional.of(service(root)) : Optional.empty());
  }

  private static ServiceOptions service(Fields root) {
    Fields service = root.group("service");
    boolean lengths = service.has("promptTokens") && service.has("outputTokens");
    if (service.text("goal", "").equals("devices") && !service.has("demandTokensPerSecond")) {
      throw service.invalid("goal", "no demand is stated", "add demandTokensPerSecond");
    }
    if (service.has("promptTokens") != service.has("outputTokens")) {
      throw service.invalid(
          service.has("promptTokens") ? "promptTokens" : "outputTokens",
          "one of two lengths is stated",
          "state promptTokens and outputTokens");
    }
    if (service.has("ttftMillis") && !lengths) {
      throw service.invalid(
          "ttftMillis", "no lengths are stated", "add promptTokens and outputTokens");
    }
    return new ServiceOptions(
        ServiceOptions.Goal.valueOf(service.text("goal", "throughput").toUpperCase(Locale.ROOT)),
        service.number("demandTokensPerSecond", 0),
        service.number("tpotMillis", 0),
        service.number("ttftMillis", 0),
        service.integer("promptTokens", 0),
        service.integer("outputTokens", 0),
        service.integer("priority", 0));
  }

  private static ModelReference model(Fields root) {
    String text = root.text("model");
    return ShippedFiles.isPath(text)
        ? new ModelReference.ConfigFile(root.resolve(text))
        : new ModelReference.Named(text);
  }

  private static List<Precision> precisions(Fields root) {
    return root.has("allowedPrecisions")
        ? root.texts("allowedPrecisions").stream().map(Precision::valueOf).toList()
        : COMMON_PRECISIONS;
  }
}
