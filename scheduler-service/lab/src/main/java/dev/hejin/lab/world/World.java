package dev.hejin.lab.world;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.lab.control.TrialFailedException;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.ScenarioFiles;
import dev.hejin.lab.trial.Simulator;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.Variant;

/** Tries variants of one scenario file. */
public final class World implements Simulator {
  private final InputFile file;

  public World(InputFile file) {
    this.file = requireNonNull(file, "file");
  }

  /** The world of a shipped scenario, or of a file. */
  public static World of(String nameOrPath) {
    return new World(ScenarioFiles.open(nameOrPath));
  }

  /**
   * @throws dev.hejin.catalog.file.InvalidFileException when the file or a setting is not valid
   */
  @Override
  public TrialResult run(Variant variant, long seed) {
    Scenario scenario = ScenarioFiles.parse(file, variant.settings());
    try {
      return new Trial(scenario, seed).run();
    } catch (TrialFailedException e) {
      return TrialResult.failed(String.valueOf(e.getMessage()));
    }
  }
}
