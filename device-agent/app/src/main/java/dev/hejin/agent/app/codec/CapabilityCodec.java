package dev.hejin.agent.app.codec;

import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Link;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.model.PeakRate;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.LinkKind;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.capability.v1.Provenance;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What nodes and devices can do. Unknown figures stay unset. */
public final class CapabilityCodec {
  private static final int MOST_REASON_CHARACTERS = 1024;

  private CapabilityCodec() {}

  /** The node with its devices. */
  public static NodeCapability toProto(NodeDescription node) {
    NodeCapability.Builder builder =
        NodeCapability.newBuilder().setNodeId(node.nodeId()).putAllLabels(node.labels());
    set(node.networkBandwidthBytesPerSecond(), builder::setNetworkBandwidthBytesPerSecond);
    node.devices().forEach(device -> builder.addDevices(toProto(device)));
    return builder.build();
  }

  private static DeviceCapability toProto(DeviceDescription device) {
    DeviceCapability.Builder builder =
        DeviceCapability.newBuilder()
            .setDeviceId(device.deviceId())
            .setVendor(device.vendor())
            .setChip(device.chip())
            .setCollectiveLibrary(device.collectiveLibrary())
            .setDriverVersion(device.driverVersion())
            .setFirmwareVersion(device.firmwareVersion())
            .setHealth(Health.valueOf("HEALTH_" + device.health().name()))
            .setHealthReason(shortened(device.healthReason()))
            .setSimulated(device.simulated());
    set(device.memoryBytes(), builder::setMemoryBytes);
    set(device.memoryBandwidthBytesPerSecond(), builder::setMemoryBandwidthBytesPerSecond);
    set(device.pricePerHourUsd(), builder::setPricePerHourUsd);
    device.peakRates().forEach(rate -> builder.addPeakRates(toProto(rate)));
    device.links().forEach(link -> builder.addLinks(toProto(link)));
    return builder.build();
  }

  private static String shortened(String reason) {
    return reason.length() <= MOST_REASON_CHARACTERS
        ? reason
        : reason.substring(0, MOST_REASON_CHARACTERS - 3) + "...";
  }

  private static dev.hejin.proto.capability.v1.PeakRate toProto(PeakRate rate) {
    var builder =
        dev.hejin.proto.capability.v1.PeakRate.newBuilder()
            .setPrecision(Names.toProto(rate.precision()));
    set(rate.opsPerSecond(), builder::setOpsPerSecond);
    return builder.build();
  }

  private static dev.hejin.proto.capability.v1.Link toProto(Link link) {
    var builder =
        dev.hejin.proto.capability.v1.Link.newBuilder()
            .setKind(LinkKind.valueOf("LINK_KIND_" + link.kind().name()))
            .setName(link.name())
            .addAllPeerDeviceIds(link.peerDeviceIds());
    set(link.bandwidthBytesPerSecond(), builder::setBandwidthBytesPerSecond);
    return builder.build();
  }

  private static void set(
      @Nullable Figure figure, Consumer<dev.hejin.proto.capability.v1.Figure> setter) {
    if (figure != null) {
      setter.accept(
          dev.hejin.proto.capability.v1.Figure.newBuilder()
              .setValue(figure.value())
              .setProvenance(Provenance.valueOf("PROVENANCE_" + figure.provenance().name()))
              .setSource(figure.source())
              .build());
    }
  }
}
