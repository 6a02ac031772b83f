package dev.hejin.lab.experiment;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.lab.scenario.Routing;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * What a scenario takes from other files: its pool, recorded requests and recorded loads. A trial
 * depends on them, though the scenario's text does not show when they change.
 */
final class OtherFiles {
  private OtherFiles() {}

  /** A hash of all of them. A recording that cannot be read is refused here, before any trial. */
  static String hash(InputFile file, Scenario scenario) {
    StringBuilder all = new StringBuilder(scenario.pool().toString());
    recordings(scenario).forEach((path, field) -> all.append('\n').append(hash(file, field, path)));
    return TrialKey.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String hash(InputFile file, String field, Path path) {
    try {
      return TrialKey.sha256(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new InvalidFileException(
          file.name(),
          field,
          path.toString(),
          "this recording cannot be read: " + e.getClass().getSimpleName(),
          "the path is relative to another folder");
    }
  }

  /** Paths, in order, with the fields that name them. */
  private static TreeMap<Path, String> recordings(Scenario scenario) {
    TreeMap<Path, String> paths = new TreeMap<>();
    for (Service service : scenario.services()) {
      if (!service.traffic().tracePath().isEmpty()) {
        paths.put(Path.of(service.traffic().tracePath()), "$.traffic.trace");
      }
      add(service.routing().load(), "$.routing.load.file", paths);
      for (Routing.Drift drift : service.routing().drifts()) {
        add(drift.to(), "$.routing.drifts.to.file", paths);
      }
    }
    return paths;
  }

  private static void add(ExpertLoadSource load, String field, TreeMap<Path, String> paths) {
    if (load instanceof ExpertLoadSource.Recorded recorded) {
      paths.put(recorded.path(), field);
    }
  }
}
