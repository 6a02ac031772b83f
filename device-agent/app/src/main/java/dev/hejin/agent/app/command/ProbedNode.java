package dev.hejin.agent.app.command;

import dev.hejin.agent.app.measure.Measurement;
import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.measure.Measurer;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.Link;
import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.model.PeakRate;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.Provenance;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.PeerLink;
import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.chip.PrecisionFacts;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node as its probes see it, with the catalogue's figures for what no tool can tell: rates,
 * bandwidths. A device that is cut into slices is presented as those.
 *
 * @param description its devices in the order of their numbers
 * @param keys vendor and key of each device, in the order of the description
 * @param cut devices that are presented as their slices
 */
record ProbedNode(NodeDescription description, List<DeviceName> keys, Set<DeviceName> cut) {
  ProbedNode {
    keys = List.copyOf(keys);
    cut = Set.copyOf(cut);
  }

  /** Which device of which vendor. */
  record DeviceName(String vendor, String key) implements Comparable<DeviceName> {
    @Override
    public int compareTo(DeviceName other) {
      int byVendor = vendor.compareTo(other.vendor);
      return byVendor != 0 ? byVendor : key.compareTo(other.key);
    }
  }

  /** What replayed figures come from, and what they do not: silicon. */
  private record Origin(DeviceCatalog catalog, Measurements measured, boolean replayed) {}

  /**
   * Joins inventories and catalogue.
   *
   * @param measured results of earlier measurements, which go before nameplates
   * @param replayed true when the figures come from recordings: no silicon stands behind them, and
   *     nothing was measured
   * @param numbers of the devices; new ones are given out
   */
  static ProbedNode of(
      String nodeId,
      List<Inventory> inventories,
      DeviceCatalog catalog,
      Measurements measured,
      boolean replayed,
      DeviceNumbers numbers) {
    Map<DeviceName, Integer> found = numbered(inventories, numbers);
    Map<DeviceName, String> ids = new LinkedHashMap<>();
    found.forEach((name, number) -> ids.put(name, nodeId + "/" + number));
    Origin origin = new Origin(catalog, measured, replayed);
    Map<Integer, DeviceName> keys = new TreeMap<>();
    Map<Integer, DeviceDescription> devices = new TreeMap<>();
    Set<DeviceName> cut = new HashSet<>();
    for (Inventory inventory : inventories) {
      for (DeviceReading reading : inventory.devices()) {
        DeviceName name = new DeviceName(inventory.vendor(), reading.key());
        Integer number = found.get(name);
        if (number == null) {
          cut.add(name);
        } else {
          keys.put(number, name);
          devices.put(number, describe(reading, inventory, ids, origin));
        }
      }
    }
    return new ProbedNode(
        new NodeDescription(nodeId, List.copyOf(devices.values()), null, Map.of()),
        List.copyOf(keys.values()),
        cut);
  }

  private static Map<DeviceName, Integer> numbered(
      List<Inventory> inventories, DeviceNumbers numbers) {
    Map<DeviceName, Integer> found = new LinkedHashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (Inventory inventory : inventories) {
      for (DeviceReading reading : inventory.devices()) {
        if (isWhole(reading, inventory)) {
          String identity = inventory.vendor() + " " + Measurer.idOf(reading);
          int number = numbers.of(identity);
          // A tool that gives two devices one UUID tells them apart by its own key at least.
          found.put(
              new DeviceName(inventory.vendor(), reading.key()),
              taken.add(number) ? number : numbers.of(identity + " " + reading.key()));
        }
      }
    }
    return found;
  }

  /**
   * The node as it is to be told of now: devices that must not be used are failed, and those that
   * are gone stay in it as failed, so that everybody sees that something is missing.
   *
   * @param before the node as it was told of last
   * @param failed devices that must not be used, by the names in {@code before}, and why
   */
  ProbedNode after(ProbedNode before, Map<DeviceName, String> failed) {
    Map<Integer, DeviceName> names = new TreeMap<>();
    Map<Integer, DeviceDescription> devices = new TreeMap<>();
    for (int i = 0; i < before.keys.size(); i++) {
      DeviceName name = before.keys.get(i);
      DeviceDescription device = before.description.devices().get(i);
      // What never told its memory held nothing: nobody misses it.
      if (device.memoryBytes() != null && !cut.contains(name)) {
        // The tool may call another device so by now.
        boolean renamed = keys.contains(name);
        int number = numberOf(device);
        names.put(
            number,
            renamed ? new DeviceName(name.vendor, name.key + ", then number " + number) : name);
        devices.put(
            number,
            told(device, renamed ? "its tool calls another device so by now" : failed.get(name)));
      }
    }
    for (int i = 0; i < keys.size(); i++) {
      DeviceName name = keys.get(i);
      DeviceDescription device = description.devices().get(i);
      int number = numberOf(device);
      boolean known = !before.keys.contains(name) || before.numberOf(name) == number;
      names.put(number, name);
      String own = device.health() == Health.FAILED ? device.healthReason() : null;
      devices.put(number, told(device, known ? failed.get(name) : own));
    }
    return new ProbedNode(
        new NodeDescription(
            description.nodeId(),
            List.copyOf(devices.values()),
            description.networkBandwidthBytesPerSecond(),
            description.labels()),
        List.copyOf(names.values()),
        cut);
  }

  /** The same with labels of the node. */
  ProbedNode labelled(Map<String, String> labels) {
    return new ProbedNode(
        new NodeDescription(
            description.nodeId(),
            description.devices(),
            description.networkBandwidthBytesPerSecond(),
            labels),
        keys,
        cut);
  }

  private int numberOf(DeviceName name) {
    return numberOf(description.devices().get(keys.indexOf(name)));
  }

  /**
   * One bad answer does not fail a device that counts as good, nor one good answer mend it.
   *
   * @param failed why it has; null when it has not
   */
  private static DeviceDescription told(DeviceDescription device, @Nullable String failed) {
    if (failed != null) {
      return device.withHealth(Health.FAILED, failed);
    }
    return device.health() == Health.FAILED
        ? device.withHealth(Health.DEGRADED, device.healthReason())
        : device;
  }

  private static int numberOf(DeviceDescription device) {
    String id = device.deviceId();
    return Integer.parseInt(id.substring(id.lastIndexOf('/') + 1));
  }

  /** Not cut into slices that stand for it. */
  private static boolean isWhole(DeviceReading reading, Inventory inventory) {
    return inventory.devices().stream().noneMatch(each -> each.partitionOf().equals(reading.key()));
  }

  private static DeviceDescription describe(
      DeviceReading reading, Inventory inventory, Map<DeviceName, String> ids, Origin origin) {
    String source = (origin.replayed ? "replay: " : "") + inventory.source();
    boolean slice = !reading.partitionOf().isEmpty();
    // A slice has a part of its chip's rates; which part, nobody tells.
    Optional<ChipFacts> facts =
        slice || reading.name().isEmpty()
            ? Optional.empty()
            : origin.catalog.find(inventory.vendor(), reading.name());
    Double memory = reading.figure(Metric.MEMORY_TOTAL_BYTES);
    Optional<Measurement> measured =
        origin.replayed
            ? Optional.empty()
            : origin.measured.find(Measurer.idOf(reading), reading.driverVersion());
    Figure bandwidth =
        measured.map(each -> measuredFigure(each, each.memoryBytesPerSecond())).orElse(null);
    return new DeviceDescription(
        ids.getOrDefault(new DeviceName(inventory.vendor(), reading.key()), ""),
        inventory.vendor(),
        reading.name().isEmpty() ? "unknown" : reading.name(),
        memory == null
            ? facts.map(chip -> figure(chip.memoryBytes())).orElse(null)
            : new Figure(memory, Provenance.DRIVER, source),
        bandwidth != null
            ? bandwidth
            : facts.map(chip -> figure(chip.memoryBytesPerSecond())).orElse(null),
        rates(measured, facts),
        links(reading, inventory, ids, facts, source),
        facts
            .map(ChipFacts::collectiveLibrary)
            .filter(library -> !library.equals("unknown"))
            .orElse(""),
        reading.driverVersion(),
        reading.firmwareVersion(),
        health(reading, inventory),
        healthReason(reading, inventory),
        facts.map(chip -> figure(chip.pricePerHourUsd())).orElse(null),
        origin.replayed);
  }

  /** A slice is no better than the device that it is cut from. */
  private static Health health(DeviceReading reading, Inventory inventory) {
    return worst(reading, inventory).health();
  }

  private static String healthReason(DeviceReading reading, Inventory inventory) {
    DeviceReading worst = worst(reading, inventory);
    return worst.health() == Health.HEALTHY ? "" : String.join(", ", worst.remarks());
  }

  private static DeviceReading worst(DeviceReading reading, Inventory inventory) {
    return inventory.devices().stream()
        .filter(each -> each.key().equals(reading.partitionOf()) || each.equals(reading))
        .max(Comparator.comparing(DeviceReading::health))
        .orElse(reading);
  }

  private static @Nullable Figure measuredFigure(Measurement measured, @Nullable Double value) {
    return value == null ? null : new Figure(value, Provenance.MEASURED, measured.source());
  }

  /** Every supported format; the measured rate where there is one, else the nameplate. */
  private static List<PeakRate> rates(Optional<Measurement> measured, Optional<ChipFacts> facts) {
    Map<Precision, PeakRate> rates = new EnumMap<>(Precision.class);
    facts.ifPresent(
        chip ->
            chip.precisions()
                .forEach(
                    (name, known) -> {
                      if (known.support() == PrecisionFacts.Support.YES) {
                        Precision precision = Precision.valueOf(name.name());
                        Figure peak = figure(known.peakOperationsPerSecond());
                        rates.put(precision, new PeakRate(precision, peak));
                      }
                    }));
    measured.ifPresent(
        each ->
            each.opsPerSecond()
                .forEach(
                    (precision, rate) ->
                        rates.put(precision, new PeakRate(precision, measuredFigure(each, rate)))));
    return List.copyOf(rates.values());
  }

  /** The vendor's links as the tool tells them; the catalogue's when it tells none. */
  private static List<Link> links(
      DeviceReading reading,
      Inventory inventory,
      Map<DeviceName, String> ids,
      Optional<ChipFacts> facts,
      String source) {
    List<PeerLink> own =
        inventory.links().stream()
            .filter(link -> link.from().equals(reading.key()) && link.kind() == LinkKind.SCALE_UP)
            .toList();
    Double told = reading.figure(Metric.SCALE_UP_BYTES_PER_SECOND);
    if (!own.isEmpty() || told != null) {
      List<String> peers =
          own.stream()
              .map(link -> ids.get(new DeviceName(inventory.vendor(), link.to())))
              .flatMap(Stream::ofNullable)
              .distinct()
              .toList();
      Figure rate =
          told != null
              ? new Figure(told, Provenance.DRIVER, source)
              : facts.map(chip -> figure(chip.link().bytesPerSecond())).orElse(null);
      String name = facts.map(chip -> chip.link().kind()).orElse("");
      return List.of(new Link(LinkKind.SCALE_UP, rate, peers, name));
    }
    return facts.map(ProbedNode::nameplateLink).map(List::of).orElse(List.of());
  }

  private static Link nameplateLink(ChipFacts facts) {
    String name = facts.link().kind();
    LinkKind kind =
        name.toLowerCase(Locale.ROOT).startsWith("pcie") ? LinkKind.PCIE : LinkKind.SCALE_UP;
    return new Link(kind, figure(facts.link().bytesPerSecond()), List.of(), name);
  }

  private static @Nullable Figure figure(dev.hejin.catalog.chip.Figure figure) {
    return figure.isKnown()
        ? new Figure(
            figure.value(), Provenance.valueOf(figure.provenance().name()), figure.source())
        : null;
  }
}
