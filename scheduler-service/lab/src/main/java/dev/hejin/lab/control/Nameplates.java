package dev.hejin.lab.control;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** Nodes as the scheduler sees them: figures of the catalogue, never true speeds. */
final class Nameplates {
  private Nameplates() {}

  static Node node(NodeSpec spec) {
    List<Device> devices = new ArrayList<>();
    for (DeviceSpec device : spec.devices()) {
      devices.add(device(spec.name(), device));
    }
    return new Node(spec.name(), devices, figure(spec.networkBytesPerSecond()));
  }

  private static Device device(String node, DeviceSpec spec) {
    ChipFacts chip = spec.facts();
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    chip.precisions()
        .forEach(
            (precision, facts) -> {
              if (facts.support() == PrecisionFacts.Support.YES) {
                rates.put(
                    Precision.valueOf(precision.name()), figure(facts.peakOperationsPerSecond()));
              }
            });
    String library = chip.collectiveLibrary();
    return new Device(
        spec.id(),
        node,
        chip.vendor(),
        chip.model(),
        figure(chip.memoryBytes()),
        figure(chip.memoryBytesPerSecond()),
        rates,
        figure(chip.link().bytesPerSecond()),
        library.equals("unknown") ? "" : library,
        figure(chip.pricePerHourUsd()),
        Health.HEALTHY,
        true,
        figure(chip.tdpWatts()));
  }

  private static Figure figure(dev.hejin.catalog.chip.Figure of) {
    return of.isKnown() ? Figure.of(of.value(), Provenance.CATALOGUE, of.source()) : Figure.UNKNOWN;
  }
}
