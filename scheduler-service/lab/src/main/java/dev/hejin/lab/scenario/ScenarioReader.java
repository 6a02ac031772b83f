package dev.hejin.lab.scenario;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.file.Fields;
import dev.hejin.catalog.file.NearestNames;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.catalog.pool.PoolSpec;
import dev.hejin.lab.trial.Variant;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.importer.ModelImportException;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Makes a scenario of checked fields, and checks what no schema can. */
final class ScenarioReader {
  private static final String ALL_POLICIES = "all-policies";

  private final Fields root;
  private final PoolSpec pool;
  private final double duration;

  ScenarioReader(Fields root) {
    this.root = root;
    this.pool =
        root.isGroup("pool")
            ? PoolFiles.parse(root.file("pool"), DeviceCatalog.shipped())
            : PoolFiles.load(root.text("pool"));
    this.duration = root.number("durationSeconds", 0);
  }

  Scenario read() {
    double warmup = root.number("warmupSeconds", duration / 10);
    if (warmup >= duration) {
      throw root.invalid(
          "warmupSeconds", "the duration is " + duration + " s only", "use a tenth of it");
    }
    return new Scenario(
        root.text("name"),
        root.text("story").strip(),
        root.wholeNumber("seed", 1),
        duration,
        warmup,
        pool,
        services(),
        truth(root.group("truth")),
        faults(root.group("faults")),
        control(root.group("control")),
        experiment(root.group("experiment")));
  }

  private List<Service> services() {
    ServiceReader common = new ServiceReader(root, pool);
    if (!root.has("services")) {
      if (!root.has("model")) {
        throw root.invalid(
            "model", "there is neither model nor services", "add model: deepseek-v3");
      }
      return List.of(common.service(root, "service", model(root), List.of()));
    }
    if (root.has("model")) {
      throw root.invalid("model", "model and services exclude each other", "remove one of them");
    }
    List<Service> services = new ArrayList<>();
    TreeSet<String> taken = new TreeSet<>();
    TreeSet<String> names = new TreeSet<>();
    for (Fields one : root.groups("services")) {
      if (!names.add(one.text("name"))) {
        throw one.invalid("name", "another service has this name", "rename one");
      }
      for (String node : one.texts("nodes")) {
        node(one, node);
        if (!taken.add(node)) {
          throw one.invalid("nodes", "node " + node + " is another service's", "give it to one");
        }
      }
      services.add(common.service(one, one.text("name"), model(one), one.texts("nodes")));
    }
    return services;
  }

  private static String model(Fields owner) {
    String name = owner.text("model");
    try {
      return ModelCatalog.bundled().model(name).name();
    } catch (ModelImportException e) {
      List<String> names = ModelCatalog.bundled().names();
      throw owner.invalid(
          "model",
          "the catalogue has no such model",
          "one of " + String.join(", ", NearestNames.of(name, names, 3)));
    }
  }

  private void node(Fields owner, String node) {
    if (pool.node(node).isEmpty()) {
      throw owner.invalid(
          "nodes",
          "the pool has no node " + node,
          "one of " + String.join(", ", pool.nodes().stream().map(n -> n.name()).toList()));
    }
  }

  private static Truth truth(Fields fields) {
    return new Truth(
        fields.number("jitter", 0.02),
        fields.flag("climate", true),
        fields.number("dayStartSeconds", 43_200),
        fields.number("networkFactor", 1));
  }

  private Faults faults(Fields fields) {
    List<Faults.Planned> events = new ArrayList<>();
    for (Fields event : fields.groups("events")) {
      event.texts("nodes").forEach(node -> node(event, node));
      double at = event.number("atSeconds", 0);
      double until = event.number("untilSeconds", Double.POSITIVE_INFINITY);
      if (until <= at) {
        throw event.invalid("untilSeconds", "it ends before it begins", "give a later moment");
      }
      int device = event.integer("device", -1);
      for (String node : event.texts("nodes")) {
        if (device >= pool.node(node).orElseThrow().devices().size()) {
          throw event.invalid("device", "node " + node + " has no such device", "count from 0");
        }
      }
      boolean slow = event.has("speed") || event.has("linkSpeed");
      events.add(
          new Faults.Planned(
              at,
              until,
              event.texts("nodes"),
              device,
              event.number("speed", slow ? 1 : 0),
              event.number("linkSpeed", 1)));
    }
    return new Faults(fields.number("rate", 0), events);
  }

  private static Control control(Fields fields) {
    String policy = fields.text("policy", "hejin");
    if (!Policies.names().contains(policy)) {
      throw fields.invalid(
          "policy", "there is no such policy", "one of " + String.join(", ", Policies.names()));
    }
    return new Control(
        policy,
        fields.flag("rebalance", true),
        fields.flag("speedAware", true),
        fields.number("decisionSeconds", 1),
        fields.number("windowSeconds", 5),
        fields.number("cooldownSeconds", 15),
        fields.number("gainThreshold", 0.97),
        fields.number("speedTolerance", 0.06),
        fields.number("horizonSeconds", 600),
        fields.number("disturbance", 0.1),
        fields.number("migrationGib", Double.POSITIVE_INFINITY),
        fields.number("loadGbPerSecond", 6),
        fields.number("nodeShare", 0.5),
        fields.number("redundantExpertShare", 0.125));
  }

  private static Experiment experiment(Fields fields) {
    return new Experiment(fields.integer("replications", 5), variants(fields));
  }

  private static List<Variant> variants(Fields fields) {
    if (!fields.has("variants")) {
      return List.of(new Variant("as it is", Map.of()));
    }
    List<Variant> variants = new ArrayList<>();
    if (fields.groups("variants").isEmpty()) {
      if (!fields.text("variants").equals(ALL_POLICIES)) {
        throw fields.invalid("variants", "this is no list", "write " + ALL_POLICIES);
      }
      for (String policy : Policies.names()) {
        variants.add(new Variant(policy, Map.of("control.policy", policy)));
      }
      return variants;
    }
    TreeSet<String> names = new TreeSet<>();
    for (Fields one : fields.groups("variants")) {
      if (!names.add(one.text("name"))) {
        throw one.invalid("name", "another variant has this name", "rename one");
      }
      Fields settings = one.group("settings");
      Map<String, String> values = new LinkedHashMap<>();
      for (String path : settings.names()) {
        if (settings.isGroup(path)) {
          throw settings.invalid(
              path, "this is no single value", "write the whole path, as in a.b");
        }
        values.put(path, settings.text(path));
      }
      variants.add(new Variant(one.text("name"), values));
    }
    return variants;
  }
}
