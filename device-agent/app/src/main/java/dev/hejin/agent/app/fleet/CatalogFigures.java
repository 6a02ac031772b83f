package dev.hejin.agent.app.fleet;

import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.Link;
import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.model.PeakRate;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.Provenance;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a simulated node tells of itself, and what it really is, both from the pool file. */
final class CatalogFigures {
  /** Truth where nobody published the figure; the node itself tells that it is unknown. */
  private static final double HIDDEN_LINK_BYTES_PER_SECOND = 32e9;

  private static final double HIDDEN_MEMORY_BYTES_PER_SECOND = 1e12;

  private CatalogFigures() {}

  static NodeDescription describe(NodeSpec node) {
    return new NodeDescription(
        node.name(),
        node.devices().stream().map(CatalogFigures::describe).toList(),
        figure(node.networkBytesPerSecond()),
        node.labels());
  }

  static SimulatedDeviceSpec truth(NodeSpec node, DeviceSpec device, double storageBytesPerSecond) {
    ChipFacts facts = device.facts();
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    facts
        .precisions()
        .forEach(
            (precision, known) ->
                known
                    .peakOperationsPerSecond()
                    .known()
                    .ifPresent(rate -> rates.put(Precision.valueOf(precision.name()), rate)));
    return new SimulatedDeviceSpec(
        node.name(),
        device.id(),
        facts.vendor() + " " + facts.model(),
        (long) facts.memoryBytes().value(),
        facts.memoryBytesPerSecond().orElse(HIDDEN_MEMORY_BYTES_PER_SECOND),
        rates,
        facts.link().bytesPerSecond().orElse(HIDDEN_LINK_BYTES_PER_SECOND),
        storageBytesPerSecond,
        device.trueSpeed());
  }

  private static DeviceDescription describe(DeviceSpec device) {
    ChipFacts facts = device.facts();
    List<PeakRate> rates =
        facts.precisions().entrySet().stream()
            .filter(entry -> entry.getValue().support() == PrecisionFacts.Support.YES)
            .map(
                entry ->
                    new PeakRate(
                        Precision.valueOf(entry.getKey().name()),
                        figure(entry.getValue().peakOperationsPerSecond())))
            .toList();
    String linkName = facts.link().kind();
    LinkKind kind =
        linkName.toLowerCase(Locale.ROOT).startsWith("pcie") ? LinkKind.PCIE : LinkKind.SCALE_UP;
    Link link = new Link(kind, figure(facts.link().bytesPerSecond()), List.of(), linkName);
    String library = facts.collectiveLibrary();
    return new DeviceDescription(
        device.id(),
        facts.vendor(),
        facts.model(),
        figure(facts.memoryBytes()),
        figure(facts.memoryBytesPerSecond()),
        rates,
        List.of(link),
        library.equals("unknown") ? "" : library,
        "",
        "",
        Health.HEALTHY,
        "",
        figure(facts.pricePerHourUsd()),
        true);
  }

  private static @Nullable Figure figure(dev.hejin.catalog.chip.Figure figure) {
    return figure.isKnown()
        ? new Figure(
            figure.value(), Provenance.valueOf(figure.provenance().name()), figure.source())
        : null;
  }
}
