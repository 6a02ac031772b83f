package dev.hejin.lab.scenario;

import dev.hejin.catalog.file.CheckedYaml;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.file.NearestNames;
import dev.hejin.catalog.file.Schema;
import dev.hejin.catalog.file.ShippedFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds and reads scenario files, by name or by path. */
public final class ScenarioFiles {
  private static final String FOLDER = "/dev/hejin/lab/";
  private static final Schema SCHEMA =
      Schema.of(
          "lab-scenario",
          InputFile.shipped(ScenarioFiles.class, FOLDER, "scenario.schema.json").text());
  private static final List<String> NAMES =
      List.of(
          "equal-pool",
          "half-speed-half",
          "one-straggler",
          "domestic-only",
          "mixed-prefill-decode",
          "two-models",
          "node-and-rack-loss",
          "daily-traffic",
          "black-friday",
          "chat-to-code",
          "no-migration-budget");

  private ScenarioFiles() {}

  /** Names of the shipped scenarios. */
  public static List<String> names() {
    return NAMES;
  }

  /** The schema of a scenario file, as JSON. */
  public static String schema() {
    return SCHEMA.text();
  }

  /** Opens a shipped scenario by its name, or a file by its path. */
  public static InputFile open(String nameOrPath) {
    if (ShippedFiles.isPath(nameOrPath)) {
      return InputFile.read(Path.of(nameOrPath));
    }
    if (!NAMES.contains(nameOrPath)) {
      throw new InvalidFileException(
          "scenarios of the lab",
          "$",
          nameOrPath,
          "no scenario of this name is shipped",
          "you mean %s; there are %s; a file is given as ./%s.yaml"
              .formatted(
                  NearestNames.of(nameOrPath, NAMES, 1).getFirst(),
                  String.join(", ", NAMES),
                  nameOrPath));
    }
    return InputFile.shipped(ScenarioFiles.class, FOLDER, "scenarios/" + nameOrPath + ".yaml");
  }

  /** Loads a shipped scenario by its name, or a file by its path. */
  public static Scenario load(String nameOrPath) {
    return parse(open(nameOrPath));
  }

  /** Reads a scenario as its file has it. */
  public static Scenario parse(InputFile file) {
    return parse(file, Map.of());
  }

  /**
   * Reads a scenario with other values in place of its file's.
   *
   * @param settings paths as in {@code control.policy} to values as YAML writes them
   */
  public static Scenario parse(InputFile file, Map<String, String> settings) {
    return new ScenarioReader(CheckedYaml.read(file, SCHEMA, settings)).read();
  }
}
