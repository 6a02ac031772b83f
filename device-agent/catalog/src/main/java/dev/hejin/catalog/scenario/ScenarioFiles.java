package dev.hejin.catalog.scenario;

import dev.hejin.catalog.file.CheckedYaml;
import dev.hejin.catalog.file.Fields;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.Schema;
import dev.hejin.catalog.file.ShippedFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads scenario files, by name or by path, and fills in what is left out. */
public final class ScenarioFiles {

  private static final Schema SCHEMA = Schema.shipped("scenario");
  private static final ShippedFiles SHIPPED = new ShippedFiles("scenarios", List.of("default"));
  private static final double SETTLE_SECONDS = 20;
  private static final int CONTEXT_TOKENS = 4096;

  private ScenarioFiles() {}

  /** Returns the names of the shipped scenarios. */
  public static List<String> names() {
    return SHIPPED.names();
  }

  /** Returns the schema of a scenario file, as JSON. */
  public static String schema() {
    return SCHEMA.text();
  }

  /** Loads a shipped scenario by its name, or a file by its path. */
  public static Scenario load(String nameOrPath) {
    return parse(SHIPPED.open(nameOrPath));
  }

  /** Reads the text of a scenario file. */
  public static Scenario parse(InputFile file) {
    Fields root = CheckedYaml.read(file, SCHEMA);
    long seed = root.wholeNumber("seed", 0);
    Fields traffic = root.group("traffic");
    Fields steady = root.group("steady");
    return new Scenario(
        file.name(),
        root.text("name"),
        seed,
        load(root, "expertLoad", root.group("expertLoad"), seed),
        new Traffic(
            traffic.integer("batchTokens", 0), traffic.integer("contextTokens", CONTEXT_TOKENS)),
        steady.number("settleSeconds", SETTLE_SECONDS),
        limits(steady.group("limits")),
        events(root));
  }

  private static List<ScenarioEvent> events(Fields root) {
    List<ScenarioEvent> events = new ArrayList<>();
    Set<String> dead = new HashSet<>();
    for (Fields event : root.groups("events")) {
      double settle = event.number("settleSeconds", SETTLE_SECONDS);
      CheckLimits limits = limits(event.group("limits"));
      String node = event.text("node");
      events.add(
          switch (event.text("action")) {
            case "slow-device" ->
                new ScenarioEvent.SlowDevice(
                    event.text("device"), event.number("speed", 1), settle, limits);
            case "kill-node" -> {
              if (!dead.add(node)) {
                throw event.invalid("node", "this node is dead already", "it must return first");
              }
              yield new ScenarioEvent.KillNode(node, settle, limits);
            }
            case "return-node" -> {
              if (!dead.remove(node)) {
                throw event.invalid("node", "this node is not dead", "a kill-node must come first");
              }
              yield new ScenarioEvent.ReturnNode(node, settle, limits);
            }
            default -> new ScenarioEvent.ShiftLoad(shifted(event), settle, limits);
          });
    }
    return events;
  }

  private static ExpertLoadSource shifted(Fields event) {
    if (!event.has("seed") && !event.has("file")) {
      throw event.invalid("seed", "shift-load has neither seed nor file", "add a seed such as 2");
    }
    return load(event, "file", event, 0);
  }

  private static ExpertLoadSource load(Fields owner, String field, Fields load, long seed) {
    if (!load.has("file")) {
      return new ExpertLoadSource.Synthetic(
          load.wholeNumber("seed", seed), load.number("skew", 1.0));
    }
    if (load.has("seed") || load.has("skew") || load.has("profile")) {
      throw owner.invalid(
          field,
          "a recorded file and a synthetic profile exclude each other",
          "remove one of them");
    }
    return new ExpertLoadSource.Recorded(load.resolve(load.text("file")));
  }

  private static CheckLimits limits(Fields fields) {
    return new CheckLimits(
        fields.number("maxImbalance", CheckLimits.NONE.maxImbalance()),
        fields.number("minThroughputShare", CheckLimits.NONE.minThroughputShare()),
        fields.number("maxReactionSeconds", CheckLimits.NONE.maxReactionSeconds()));
  }
}
