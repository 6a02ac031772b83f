package dev.hejin.lab.advisor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.Precision;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.lab.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Derives from a scenario what could be changed in its pool.
 *
 * <p>For each type of device: one more node of it; and for the next chip of its kind more memory,
 * memory bandwidth, compute, link bandwidth inside a node, and FP8 where it has none (at twice the
 * rate of its 16-bit floats). For all nodes: more bandwidth between them. Figures that are unknown
 * are not changed.
 *
 * <p>A new node is like the first of its type, at full speed. A service that names its nodes gets
 * it where it has a node of that type.
 */
public final class Changes {
  private static final double GIB = 1L << 30;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;
  private static final double FP8_OVER_BF16 = 2;

  private final Scenario scenario;
  private final JsonNode root;
  private final double factor;
  private final List<Change> changes = new ArrayList<>();

  private Changes(Scenario scenario, JsonNode root, double factor) {
    this.scenario = scenario;
    this.root = root;
    this.factor = factor;
  }

  /** A group of nodes as the file has it, with the facts of its devices. */
  private record Group(int index, JsonNode node, NodeSpec first) {
    ChipFacts facts() {
      return first.devices().getFirst().facts();
    }

    String path(String name) {
      return "pool.nodes[" + index + "]." + name;
    }
  }

  /**
   * All changes, by type in the order of the file.
   *
   * @param percent by how much figures grow
   */
  public static List<Change> of(InputFile file, Scenario scenario, double percent) {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(file.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the file was read before", e);
    }
    if (!root.path("pool").path("nodes").isArray()) {
      throw new InvalidFileException(
          file.name(),
          "$.pool",
          root.path("pool").asText(),
          "advice changes the pool, and this one is in another file",
          "write the pool into the scenario");
    }
    return new Changes(scenario, root, 1 + percent / 100).derive();
  }

  private List<Change> derive() {
    Map<String, List<Group>> types = new LinkedHashMap<>();
    JsonNode nodes = root.path("pool").path("nodes");
    for (int i = 0; i < nodes.size(); i++) {
      String name = nodes.path(i).path("name").asText();
      NodeSpec first =
          scenario.pool().node(name).or(() -> scenario.pool().node(name + "-0")).orElseThrow();
      Group group = new Group(i, nodes.path(i), first);
      types.computeIfAbsent(group.facts().model(), model -> new ArrayList<>()).add(group);
    }
    types.forEach(
        (model, groups) -> {
          node(model, groups);
          chip(model, groups);
        });
    network(types);
    return List.copyOf(changes);
  }

  private void node(String model, List<Group> groups) {
    Group group = groups.getFirst();
    String name = "more-" + group.index();
    ObjectNode more = group.node().deepCopy();
    more.put("name", name);
    more.remove(List.of("count", "speed", "speeds"));
    ArrayNode nodes = root.path("pool").path("nodes").deepCopy();
    nodes.add(more);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("pool.nodes", nodes.toString());
    JsonNode services = root.path("services");
    for (int i = 0; i < services.size(); i++) {
      if (hasNodeOf(services.path(i).path("nodes"), groups)) {
        ArrayNode its = services.path(i).path("nodes").deepCopy();
        settings.put("services[" + i + "].nodes", its.add(name).toString());
        break;
      }
    }
    int devices = group.first().devices().size();
    double price = value(group.facts().pricePerHourUsd()) * devices;
    changes.add(
        new Change(
            "node:" + model,
            "one more node of %d x %s".formatted(devices, model),
            settings,
            price));
  }

  private static boolean hasNodeOf(JsonNode names, List<Group> groups) {
    for (JsonNode name : names) {
      for (Group group : groups) {
        String own = group.node().path("name").asText();
        if (name.asText().equals(own) || name.asText().matches(own + "-\\d+")) {
          return true;
        }
      }
    }
    return false;
  }

  private void chip(String model, List<Group> groups) {
    ChipFacts facts = groups.getFirst().facts();
    figure("memory:" + model, "memory", "memoryGib", facts.memoryBytes(), GIB, groups);
    figure(
        "memory-bandwidth:" + model,
        "memory bandwidth",
        "memoryBandwidthGBs",
        facts.memoryBytesPerSecond(),
        GIGA,
        groups);
    figure(
        "link:" + model, "link bandwidth", "linkGBs", facts.link().bytesPerSecond(), GIGA, groups);
    compute(model, groups, facts);
    fp8(model, groups, facts);
  }

  private void figure(
      String key, String what, String override, Figure figure, double unit, List<Group> groups) {
    if (!figure.isKnown()) {
      return;
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (Group group : groups) {
      settings.put(
          group.path("overrides." + override), String.valueOf(figure.value() / unit * factor));
    }
    changes.add(new Change(key, grown(groups) + what, settings, Double.NaN));
  }

  private String grown(List<Group> groups) {
    return "%s with %.0f %% more ".formatted(groups.getFirst().facts().model(), factor * 100 - 100);
  }

  private void compute(String model, List<Group> groups, ChipFacts facts) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Group group : groups) {
      new TreeMap<>(facts.precisions())
          .forEach(
              (precision, its) -> {
                if (its.peakOperationsPerSecond().isKnown()) {
                  settings.put(
                      group.path("overrides.peakTflops." + precision),
                      String.valueOf(its.peakOperationsPerSecond().value() / TERA * factor));
                }
              });
    }
    if (!settings.isEmpty()) {
      changes.add(new Change("compute:" + model, grown(groups) + "compute", settings, Double.NaN));
    }
  }

  private void fp8(String model, List<Group> groups, ChipFacts facts) {
    Figure half = facts.peakOperationsPerSecond(Precision.BF16);
    Figure rate = half.isKnown() ? half : facts.peakOperationsPerSecond(Precision.FP16);
    if (facts.supports(Precision.FP8) == PrecisionFacts.Support.YES || !rate.isKnown()) {
      return;
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (Group group : groups) {
      settings.put(
          group.path("overrides.peakTflops.FP8"),
          String.valueOf(rate.value() / TERA * FP8_OVER_BF16));
    }
    changes.add(new Change("fp8:" + model, model + " with FP8", settings, Double.NaN));
  }

  private void network(Map<String, List<Group>> types) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (List<Group> groups : types.values()) {
      for (Group group : groups) {
        JsonNode network = group.node().path("networkGbitPerSecond");
        if (network.isNumber()) {
          settings.put(
              group.path("networkGbitPerSecond"), String.valueOf(network.asDouble() * factor));
        }
      }
    }
    if (!settings.isEmpty()) {
      changes.add(
          new Change(
              "network",
              "%.0f %% more bandwidth between nodes".formatted(factor * 100 - 100),
              settings,
              Double.NaN));
    }
  }

  private static double value(Figure figure) {
    return figure.isKnown() ? figure.value() : Double.NaN;
  }
}
