package dev.hejin.catalog.pool;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.ChipMatch;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.Unit;
import dev.hejin.catalog.file.Fields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Resolves a checked pool file: copies of nodes, chips by name, the operator's figures. */
final class PoolReader {

  private static final int MAX_DEVICES = 65_536;
  private static final double BYTES_PER_GBIT = 1e9 / 8;

  private final DeviceCatalog catalog;
  private final List<NodeSpec> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int devices;

  PoolReader(DeviceCatalog catalog) {
    this.catalog = catalog;
  }

  PoolSpec read(Fields root) {
    root.groups("nodes").forEach(this::add);
    List<BridgeSpec> bridges = new ArrayList<>();
    for (Fields group : root.groups("bridges")) {
      bridges.add(bridge(group, bridges));
    }
    return new PoolSpec(root.text("name"), nodes, bridges);
  }

  private BridgeSpec bridge(Fields group, List<BridgeSpec> before) {
    List<String> names = group.texts("libraries");
    Set<String> libraries = new TreeSet<>();
    nodes.forEach(
        node ->
            node.devices().forEach(device -> libraries.add(device.facts().collectiveLibrary())));
    libraries.remove("unknown");
    for (String name : names) {
      if (!libraries.contains(name)) {
        throw group.invalid(
            "libraries",
            "no device of the pool uses " + name,
            "one of these is meant: " + String.join(", ", libraries));
      }
    }
    if (names.getFirst().equals(names.getLast())) {
      throw group.invalid(
          "libraries",
          "a bridge from " + names.getFirst() + " to itself",
          "name another library; devices of one need no bridge");
    }
    for (BridgeSpec other : before) {
      if (names.contains(other.library()) && names.contains(other.otherLibrary())) {
        throw group.invalid(
            "libraries",
            "there is a bridge between " + String.join(" and ", names) + " already",
            "keep the better one");
      }
    }
    return new BridgeSpec(
        names.getFirst(),
        names.getLast(),
        group.number("latencyMicros", 0) / 1e6,
        group.number("gbitPerSecond", 0) * BYTES_PER_GBIT);
  }

  private void add(Fields node) {
    ChipFacts facts =
        new OverridesReader(node.fileName()).read(node.group("overrides")).applyTo(chip(node));
    List<Double> speeds = speeds(node);
    int count = node.integer("count", 1);
    devices += count * speeds.size();
    if (devices > MAX_DEVICES) {
      throw node.invalid(
          node.has("count") ? "count" : "devices",
          "the pool would have more than " + MAX_DEVICES + " devices",
          "split the pool");
    }
    for (int copy = 0; copy < count; copy++) {
      String name = node.has("count") ? node.text("name") + "-" + copy : node.text("name");
      if (!names.add(name)) {
        throw node.invalid(
            "name", "there are two nodes " + name, "give this one another name or raise count");
      }
      nodes.add(new NodeSpec(name, devices(name, facts, speeds), network(node), labels(node)));
    }
  }

  private ChipFacts chip(Fields node) {
    return switch (catalog.match(node.text("vendor"), node.text("chip"))) {
      case ChipMatch.Found(ChipFacts facts) -> facts;
      case ChipMatch.Ambiguous(List<String> candidates) ->
          throw node.invalid(
              "chip",
              "the name may mean more than one chip",
              "write one of these: " + String.join(", ", candidates));
      case ChipMatch.NotFound(List<String> nearest) ->
          throw node.invalid(
              "chip",
              "the catalogue has no such chip"
                  + (node.has("vendor") ? " of vendor " + node.text("vendor") : ""),
              "one of these is meant: " + String.join(", ", nearest));
    };
  }

  private static List<Double> speeds(Fields node) {
    int count = node.integer("devices", 1);
    if (!node.has("speeds")) {
      return Collections.nCopies(count, node.number("speed", 1.0));
    }
    if (node.has("speed")) {
      throw node.invalid("speed", "speed and speeds exclude each other", "remove one of them");
    }
    List<Double> speeds = node.numbers("speeds");
    if (speeds.size() != count) {
      throw node.invalid(
          "speeds",
          "there are %d speeds for %d devices".formatted(speeds.size(), count),
          "write one speed a device");
    }
    return speeds;
  }

  private static List<DeviceSpec> devices(String node, ChipFacts facts, List<Double> speeds) {
    List<DeviceSpec> devices = new ArrayList<>();
    for (int index = 0; index < speeds.size(); index++) {
      devices.add(new DeviceSpec(node + "/" + index, facts, speeds.get(index)));
    }
    return devices;
  }

  private static Figure network(Fields node) {
    return node.has("networkGbitPerSecond")
        ? Figure.ofOperator(
            node.number("networkGbitPerSecond", 0) * BYTES_PER_GBIT,
            Unit.BYTES_PER_SECOND,
            node.fileName())
        : Figure.UNKNOWN;
  }

  private static Map<String, String> labels(Fields node) {
    Fields fields = node.group("labels");
    Map<String, String> labels = new TreeMap<>();
    fields.names().forEach(name -> labels.put(name, fields.text(name)));
    return labels;
  }
}
