package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.ScenarioFiles;
import dev.hejin.lab.trial.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the arms of an experiment: each variant at each point of the sweep, with what is set for
 * all. Every one is read as a scenario before anything runs, so that a wrong path is refused at
 * once.
 */
public final class Arms {
  private final InputFile file;
  private final Map<String, String> settings;
  private final Map<String, List<String>> sweep;

  /**
   * @param settings for all arms, paths to values
   * @param sweep paths to the values that each takes in turn; empty for one point
   */
  public Arms(InputFile file, Map<String, String> settings, Map<String, List<String>> sweep) {
    this.file = requireNonNull(file, "file");
    this.settings = new LinkedHashMap<>(settings);
    this.sweep = new LinkedHashMap<>(sweep);
  }

  /** All arms, point by point. */
  public List<Arm> of(List<Variant> variants) {
    variants.forEach(this::checkPaths);
    List<Arm> arms = new ArrayList<>();
    for (Map<String, String> point : points()) {
      String pointName = name(point);
      for (Variant variant : variants) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(point);
        all.putAll(variant.settings());
        String name = point.isEmpty() ? variant.name() : variant.name() + " at " + pointName;
        Scenario scenario = ScenarioFiles.parse(file, all);
        arms.add(
            new Arm(
                pointName,
                variant.name(),
                new Variant(name, all),
                !scenario.control().speedAware(),
                OtherFiles.hash(file, scenario)));
      }
    }
    return arms;
  }

  /** A path that a variant sets itself would silently win. */
  private void checkPaths(Variant variant) {
    for (String path : variant.settings().keySet()) {
      if (settings.containsKey(path) || sweep.containsKey(path)) {
        throw new InvalidFileException(
            file.name(),
            "$." + path,
            settings.getOrDefault(path, String.join(", ", sweep.getOrDefault(path, List.of()))),
            "the variant '" + variant.name() + "' sets this itself",
            "choose other variants with --variants, or leave the setting out");
      }
    }
  }

  private static String name(Map<String, String> point) {
    List<String> parts = new ArrayList<>();
    point.forEach((path, value) -> parts.add(path + "=" + value));
    return String.join(", ", parts);
  }

  /** The product of all swept values, the last path fastest. */
  private List<Map<String, String>> points() {
    List<Map<String, String>> points = List.of(Map.of());
    for (Map.Entry<String, List<String>> axis : sweep.entrySet()) {
      List<Map<String, String>> next = new ArrayList<>();
      for (Map<String, String> point : points) {
        for (String value : axis.getValue()) {
          Map<String, String> longer = new LinkedHashMap<>(point);
          longer.put(axis.getKey(), value);
          next.add(longer);
        }
      }
      points = next;
    }
    return points;
  }

  /** What was set for all arms, as text. */
  public List<String> settingsText() {
    List<String> text = new ArrayList<>();
    new TreeMap<>(settings).forEach((path, value) -> text.add(path + "=" + value));
    return text;
  }
}
