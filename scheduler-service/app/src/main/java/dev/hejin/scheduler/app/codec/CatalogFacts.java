package dev.hejin.scheduler.app.codec;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;

/** Fills what a device left unknown from the device catalogue, marked as such. */
public final class CatalogFacts {
  private CatalogFacts() {}

  static Device complete(Device reported) {
    if (isComplete(reported)) {
      return reported;
    }
    Optional<ChipFacts> facts = DeviceCatalog.shipped().find(reported.vendor(), reported.chip());
    return facts.map(chip -> complete(reported, chip)).orElse(reported);
  }

  /** The pool with the catalogue's design power of every chip that it knows. */
  public static Pool withPower(Pool pool) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : pool.nodes()) {
      List<Device> devices = node.devices().stream().map(CatalogFacts::withPower).toList();
      nodes.add(new Node(node.id(), devices, node.networkBandwidthBytesPerSecond()));
    }
    return pool.withNodes(nodes);
  }

  private static Device withPower(Device d) {
    Figure watts =
        DeviceCatalog.shipped()
            .find(d.vendor(), d.chip())
            .map(chip -> figure(chip.tdpWatts()))
            .orElse(Figure.UNKNOWN);
    return new Device(
        d.id(),
        d.nodeId(),
        d.vendor(),
        d.chip(),
        d.memoryBytes(),
        d.memoryBandwidthBytesPerSecond(),
        d.peakOpsPerSecond(),
        d.linkBandwidthBytesPerSecond(),
        d.collectiveLibrary(),
        d.pricePerHourUsd(),
        d.health(),
        d.simulated(),
        known(d.designWatts(), watts));
  }

  private static Figure known(Figure reported, Figure catalogued) {
    return reported.isKnown() ? reported : catalogued;
  }

  private static boolean isComplete(Device d) {
    return d.memoryBytes().isKnown()
        && d.memoryBandwidthBytesPerSecond().isKnown()
        && !d.peakOpsPerSecond().isEmpty()
        && d.peakOpsPerSecond().values().stream().allMatch(Figure::isKnown)
        && d.linkBandwidthBytesPerSecond().isKnown()
        && d.pricePerHourUsd().isKnown()
        && !d.collectiveLibrary().isEmpty();
  }

  private static Device complete(Device d, ChipFacts chip) {
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.putAll(d.peakOpsPerSecond());
    if (rates.isEmpty()) {
      chip.precisions()
          .forEach(
              (precision, facts) -> {
                if (facts.support() == PrecisionFacts.Support.YES) {
                  rates.put(
                      Precision.valueOf(precision.name()), figure(facts.peakOperationsPerSecond()));
                }
              });
    }
    return new Device(
        d.id(),
        d.nodeId(),
        d.vendor(),
        d.chip(),
        known(d.memoryBytes(), chip.memoryBytes()),
        known(d.memoryBandwidthBytesPerSecond(), chip.memoryBytesPerSecond()),
        rates,
        known(d.linkBandwidthBytesPerSecond(), chip.link().bytesPerSecond()),
        d.collectiveLibrary().isEmpty() ? library(chip) : d.collectiveLibrary(),
        known(d.pricePerHourUsd(), chip.pricePerHourUsd()),
        d.health(),
        d.simulated());
  }

  private static String library(ChipFacts chip) {
    return chip.collectiveLibrary().equals("unknown") ? "" : chip.collectiveLibrary();
  }

  private static Figure known(Figure reported, dev.hejin.catalog.chip.Figure catalogued) {
    return reported.isKnown() ? reported : figure(catalogued);
  }

  private static Figure figure(dev.hejin.catalog.chip.Figure catalogued) {
    return catalogued.isKnown()
        ? Figure.of(catalogued.value(), Provenance.CATALOGUE, catalogued.source())
        : Figure.UNKNOWN;
  }
}
