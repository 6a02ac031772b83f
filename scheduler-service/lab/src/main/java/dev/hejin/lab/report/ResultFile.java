package dev.hejin.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.comparison.Comparison;
import dev.hejin.lab.comparison.Comparisons;
import dev.hejin.lab.comparison.StoredResult;
import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.experiment.TrialJson;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The JSON file of an experiment: written whole, read again for comparisons. */
public final class ResultFile {
  /** What the first field of the file says. */
  public static final String FORMAT = "hejin-lab-result";

  private static final int FORMAT_VERSION = 1;
  private static final int LARGEST_BYTES = 512 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultFile() {}

  /** The file's text. */
  public static String text(Outcome outcome) {
    ObjectNode root = JSON.createObjectNode();
    ExperimentPlan plan = outcome.plan();
    root.put("format", FORMAT).put("formatVersion", FORMAT_VERSION);
    root.put("note", "SIMULATED figures; no silicon stands behind any of them");
    root.put("scenario", plan.scenario()).put("story", plan.story());
    root.put("version", plan.version()).put("seed", plan.seed());
    root.put("replications", plan.replications()).put("partial", outcome.isPartial());
    plan.settings().forEach(root.putArray("settings")::add);
    root.put("scenarioText", plan.text());
    ArrayNode arms = root.putArray("arms");
    for (int arm = 0; arm < plan.arms().size(); arm++) {
      arms.add(arm(outcome, arm));
    }
    comparisons(outcome, root.putArray("comparisons"));
    return pretty(root) + "\n";
  }

  private static String pretty(ObjectNode root) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter(" ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can be written", e);
    }
  }

  private static ObjectNode arm(Outcome outcome, int index) {
    Arm arm = outcome.plan().arms().get(index);
    ObjectNode node = JSON.createObjectNode();
    node.put("name", arm.name()).put("point", arm.point()).put("variant", arm.label());
    node.put("speedBlind", arm.speedBlind());
    ObjectNode settings = node.putObject("settings");
    arm.variant().settings().forEach(settings::put);
    ObjectNode means = node.putObject("measures");
    for (Measure measure : outcome.measures()) {
      double[] values = outcome.values(index, measure);
      if (values.length > 0) {
        means.set(TrialJson.key(measure), interval(Interval.of(values)));
      }
    }
    ArrayNode trials = node.putArray("trials");
    for (int r = 0; r < outcome.plan().replications(); r++) {
      Optional<TrialResult> result = outcome.result(index, r);
      if (result.isPresent()) {
        ObjectNode trial = trials.addObject().put("replication", r);
        trial.put("seed", outcome.plan().seedOf(r));
        trial.setAll(TrialJson.write(result.get()));
      }
    }
    return node;
  }

  private static ObjectNode interval(Interval interval) {
    ObjectNode node = JSON.createObjectNode();
    node.set("mean", TrialJson.number(interval.mean()));
    node.set("low", TrialJson.number(interval.low()));
    node.set("high", TrialJson.number(interval.high()));
    node.put("count", interval.count());
    return node;
  }

  private static void comparisons(Outcome outcome, ArrayNode all) {
    List<Arm> arms = outcome.plan().arms();
    for (Comparison comparison : Comparisons.of(outcome)) {
      ObjectNode node = all.addObject();
      node.put("measure", TrialJson.key(comparison.measure()));
      node.put("arm", arms.get(comparison.arm()).name());
      node.put("against", arms.get(comparison.against()).name());
      node.put("role", comparison.role().name().toLowerCase(Locale.ROOT));
      node.set("difference", interval(comparison.difference().interval()));
      node.set("relative", interval(comparison.difference().relative()));
      node.set("p", TrialJson.number(comparison.difference().p()));
      node.set("holmP", TrialJson.number(comparison.adjustedP()));
      node.set("signFlipP", TrialJson.number(comparison.difference().signFlipP()));
      node.put("verdict", comparison.verdict().name().toLowerCase(Locale.ROOT));
      node.put("text", comparison.text());
    }
  }

  /** Reads what a comparison with another file needs. */
  public static StoredResult read(Path file) {
    JsonNode root = tree(file);
    if (!root.path("format").asText().equals(FORMAT)) {
      throw BadFile.field(
          file,
          "format",
          root.path("format").asText("missing"),
          "not " + FORMAT,
          "give the JSON that lab run writes beside its report");
    }
    if (root.path("formatVersion").asInt() != FORMAT_VERSION) {
      throw BadFile.field(
          file,
          "formatVersion",
          root.path("formatVersion").asText("missing"),
          "this program reads " + FORMAT_VERSION,
          "the file is of another version: run the experiment again");
    }
    List<StoredResult.StoredArm> arms = new ArrayList<>();
    for (JsonNode arm : root.path("arms")) {
      List<StoredResult.StoredTrial> trials = new ArrayList<>();
      for (JsonNode trial : arm.path("trials")) {
        if (!trial.path("seed").isIntegralNumber()) {
          throw BadFile.field(
              file, "arms.trials.seed", trial.path("seed"), "no whole number", "the file was cut");
        }
        trials.add(
            new StoredResult.StoredTrial(
                trial.path("seed").asLong(),
                trial.path("failure").asText(),
                TrialJson.measures(trial.path("measures"))));
      }
      arms.add(new StoredResult.StoredArm(arm.path("name").asText(), trials));
    }
    if (arms.isEmpty()) {
      throw BadFile.field(file, "arms", "[]", "there is nothing to compare", "the file was cut");
    }
    List<String> settings = new ArrayList<>();
    root.path("settings").forEach(one -> settings.add(one.asText()));
    return new StoredResult(
        root.path("scenario").asText(),
        root.path("scenarioText").asText(),
        root.path("version").asText(),
        settings,
        root.path("partial").asBoolean(),
        arms);
  }

  private static JsonNode tree(Path file) {
    if (!Files.isRegularFile(file)) {
      throw BadFile.whole(file, "there is no such file", "the path is relative to another folder");
    }
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw BadFile.whole(
            file, "size over " + LARGEST_BYTES + " bytes", "this is no result of the lab");
      }
      JsonNode root = JSON.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw BadFile.whole(file, "no JSON object", "this is another file, or an empty one");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw BadFile.whole(
          file,
          "no valid JSON in line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage(),
          "the file was cut off, or is the HTML report");
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e.getMessage(), "check its permissions");
    }
  }

  /** Refuses a file whose folder is missing, before any work is done for it. */
  public static void requireFolder(String option, Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw BadFile.option(option, file, "there is no such folder", "make it first");
    }
  }

  /** Writes a file whole: it is never seen half. */
  public static void write(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw CommandFailure.usage(
          file + ": cannot be written: " + e + "\nMaybe the disk is full, or the folder is gone.");
    }
  }
}
