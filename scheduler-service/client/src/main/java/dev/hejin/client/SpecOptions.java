package dev.hejin.client;

import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.RebalanceSettings;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to deploy: a file, single options, or a file with options over it. */
public final class SpecOptions {
  private static final long MAX_CONFIG_BYTES = 1 << 20;
  private static final int MAX_NAME = 63;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Deployment file (YAML), or the name of a shipped one.")
  private @Nullable String file;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|FILE",
      description = "Model of the catalogue, or a Hugging Face config.json.")
  private @Nullable String model;

  @Option(
      names = {"-b", "--batch"},
      paramLabel = "N",
      description =
          "Sequences decoded at once over the whole deployment. Default: as in the shipped file.")
  private @Nullable Integer batch;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description = "Mean cached tokens of a sequence. Default: as in the shipped file.")
  private @Nullable Integer context;

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "NAME",
      description =
          "Formats that weights may be held in, such as fp8,int8. Default: any that fits.")
  private @Nullable List<String> precisions;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "Expert placement policy. Default: hejin.")
  private @Nullable String policy;

  @Option(
      names = "--objective",
      paramLabel = "throughput|cost",
      description = "What to make best. Default: throughput.")
  private @Nullable String objective;

  @Option(
      names = "--redundant-experts",
      paramLabel = "SHARE",
      description = "Most extra slots, as a share of a layer's experts. Default: 0.125.")
  private @Nullable Double redundantExperts;

  @Option(
      names = "--expert-load",
      paramLabel = "FILE",
      description = "Expected load of each expert: SGLang's logical_count JSON. Default: uniform.")
  private @Nullable String expertLoad;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of random choices.")
  private @Nullable Long seed;

  /** The spec that the options ask for. */
  public DeploymentSpec spec(InputFiles files, @Nullable String name) {
    DeploymentSpec.Builder spec =
        file == null
            ? DeploymentSpec.newBuilder()
                .setWorkload(files.defaultWorkload())
                .setRebalance(RebalanceSettings.newBuilder().setAutomatic(true))
            : files.deployment(file).toBuilder();
    Optional.ofNullable(model).map(SpecOptions::source).ifPresent(spec::setModel);
    if (!spec.hasModel()) {
      throw CommandFailure.usage("no model is named\nMaybe give --model NAME or --file FILE.");
    }
    if (batch != null) {
      spec.getWorkloadBuilder().setBatchTokens(positive("--batch", batch));
    }
    if (context != null) {
      spec.getWorkloadBuilder().setContextTokens(positive("--context", context));
    }
    if (precisions != null) {
      spec.clearAllowedPrecisions();
      precisions.forEach(p -> spec.addAllowedPrecisions(Names.precision(p)));
    }
    Optional.ofNullable(policy).ifPresent(spec::setPolicy);
    Optional.ofNullable(objective).map(Names::objective).ifPresent(spec::setObjective);
    Optional.ofNullable(redundantExperts).ifPresent(spec::setRedundantExpertShare);
    Optional.ofNullable(expertLoad).map(files::expertLoad).ifPresent(spec::setExpertLoad);
    Optional.ofNullable(seed).ifPresent(spec::setSeed);
    if (name != null) {
      spec.setName(name);
    } else if (spec.getName().isEmpty()) {
      spec.setName(nameOf(spec.getModel()));
    }
    return spec.build();
  }

  /** Whether any of these options is there. */
  boolean isGiven() {
    boolean source = file != null || model != null || expertLoad != null;
    boolean traffic = batch != null || context != null;
    boolean choices = precisions != null || policy != null || objective != null;
    return source || traffic || choices || redundantExperts != null || seed != null;
  }

  /** What the file plans several pipelines for; empty without one, or where it is about one. */
  Optional<ServiceGoal> goal(InputFiles files) {
    return Optional.ofNullable(file)
        .map(files::service)
        .filter(ServiceRequest::hasGoal)
        .map(ServiceRequest::getGoal);
  }

  /** A model of the catalogue, or the text of a config.json. */
  public static ModelSource source(String nameOrFile) {
    if (!nameOrFile.endsWith(".json") && !nameOrFile.contains("/")) {
      return ModelSource.newBuilder().setCatalogName(nameOrFile).build();
    }
    return config(Path.of(nameOrFile));
  }

  /** A model from a config.json or the folder that holds one. */
  static ModelSource config(Path path) {
    Path config = Files.isDirectory(path) ? path.resolve("config.json") : path;
    try {
      if (Files.size(config) > MAX_CONFIG_BYTES) {
        throw CommandFailure.usage(
            "--model "
                + config
                + " has "
                + Files.size(config)
                + " bytes, at most 1 MiB are read"
                + "\nMaybe this file holds weights; config.json is the small one beside it.");
      }
      return ModelSource.newBuilder()
          .setName(title(config))
          .setConfigJson(Files.readString(config))
          .build();
    } catch (IOException | UncheckedIOException e) {
      throw CommandFailure.usage(
          "--model "
              + path
              + ": cannot be read as a config.json"
              + "\nMaybe the path is wrong; for a model of the catalogue give its name alone.");
    }
  }

  /** The file's name, or its folder's where the file is called config.json as it always is. */
  private static String title(Path config) {
    String name = String.valueOf(config.getFileName());
    Path folder = config.toAbsolutePath().normalize().getParent();
    if (name.equals("config.json") && folder != null && folder.getFileName() != null) {
      return String.valueOf(folder.getFileName());
    }
    return name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
  }

  private static String nameOf(ModelSource model) {
    String text = model.getName().isEmpty() ? model.getCatalogName() : model.getName();
    String name = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    name = name.substring(0, Math.min(MAX_NAME, name.length())).replaceAll("^-+|-+$", "");
    return name.isEmpty() ? "model" : name;
  }

  private static int positive(String option, int value) {
    if (value < 1) {
      throw CommandFailure.usage(option + " is " + value + "\nMaybe give at least 1.");
    }
    return value;
  }
}
