package dev.hejin.client;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.PrecisionFacts;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Figure;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.Link;
import dev.hejin.proto.capability.v1.LinkKind;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.capability.v1.PeakRate;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.capability.v1.Provenance;
import java.util.Locale;

/**
 * Nodes of a pool file as messages: simulated devices with the figures that the file and the
 * catalogue state. True speeds stay out; unknown figures stay absent.
 */
public final class CapabilityMessages {
  private CapabilityMessages() {}

  public static NodeCapability node(NodeSpec node) {
    NodeCapability.Builder message =
        NodeCapability.newBuilder().setNodeId(node.name()).putAllLabels(node.labels());
    node.devices().forEach(device -> message.addDevices(device(device)));
    if (node.networkBytesPerSecond().isKnown()) {
      message.setNetworkBandwidthBytesPerSecond(figure(node.networkBytesPerSecond()));
    }
    return message.build();
  }

  private static DeviceCapability device(DeviceSpec device) {
    ChipFacts facts = device.facts();
    DeviceCapability.Builder message =
        DeviceCapability.newBuilder()
            .setDeviceId(device.id())
            .setVendor(facts.vendor())
            .setChip(facts.model())
            .setHealth(Health.HEALTH_HEALTHY)
            .setSimulated(true);
    if (facts.memoryBytes().isKnown()) {
      message.setMemoryBytes(figure(facts.memoryBytes()));
    }
    if (facts.memoryBytesPerSecond().isKnown()) {
      message.setMemoryBandwidthBytesPerSecond(figure(facts.memoryBytesPerSecond()));
    }
    if (facts.pricePerHourUsd().isKnown()) {
      message.setPricePerHourUsd(figure(facts.pricePerHourUsd()));
    }
    if (!facts.collectiveLibrary().equals("unknown")) {
      message.setCollectiveLibrary(facts.collectiveLibrary());
    }
    facts.precisions().forEach((precision, known) -> addRate(message, precision.name(), known));
    addLink(message, facts);
    return message.build();
  }

  private static void addRate(
      DeviceCapability.Builder message, String precision, PrecisionFacts facts) {
    if (facts.support() != PrecisionFacts.Support.YES) {
      return;
    }
    PeakRate.Builder rate =
        PeakRate.newBuilder().setPrecision(Precision.valueOf("PRECISION_" + precision));
    if (facts.peakOperationsPerSecond().isKnown()) {
      rate.setOpsPerSecond(figure(facts.peakOperationsPerSecond()));
    }
    message.addPeakRates(rate);
  }

  private static void addLink(DeviceCapability.Builder message, ChipFacts facts) {
    if (!facts.link().bytesPerSecond().isKnown()) {
      return;
    }
    boolean pcie = facts.link().kind().toLowerCase(Locale.ROOT).startsWith("pcie");
    message.addLinks(
        Link.newBuilder()
            .setKind(pcie ? LinkKind.LINK_KIND_PCIE : LinkKind.LINK_KIND_SCALE_UP)
            .setName(facts.link().kind())
            .setBandwidthBytesPerSecond(figure(facts.link().bytesPerSecond())));
  }

  private static Figure figure(dev.hejin.catalog.chip.Figure figure) {
    return Figure.newBuilder()
        .setValue(figure.value())
        .setSource(figure.source())
        .setProvenance(
            switch (figure.provenance()) {
              case MEASURED -> Provenance.PROVENANCE_MEASURED;
              case DRIVER -> Provenance.PROVENANCE_DRIVER;
              case CATALOGUE -> Provenance.PROVENANCE_CATALOGUE;
              case OPERATOR -> Provenance.PROVENANCE_OPERATOR;
              case ASSUMED -> Provenance.PROVENANCE_ASSUMED;
            })
        .build();
  }
}
