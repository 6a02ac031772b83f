package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Link;
import dev.hejin.proto.capability.v1.LinkKind;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.capability.v1.PeakRate;
import dev.hejin.proto.deployment.v1.LibraryBridge;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Nodes and devices. What an agent leaves unknown is filled from the device catalogue. */
public final class CapabilityCodec {
  private static final int MOST_DEVICES = 1024;

  private CapabilityCodec() {}

  /** A registered node as the engine sees it, completed from the device catalogue. */
  public static Node fromProto(String field, NodeCapability node) {
    return node(field, node, CatalogFacts::complete);
  }

  /**
   * A node read back from the log: as it was registered, whatever the catalogue says by now, so
   * that every version replays the same state.
   */
  static Node recorded(String field, NodeCapability node) {
    return node(field, node, device -> device);
  }

  private static Node node(String field, NodeCapability node, UnaryOperator<Device> complete) {
    if (!node.getNodeId().matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      throw new InvalidMessageException(
          field + ".node_id",
          "node id '"
              + node.getNodeId()
              + "'\nMaybe use 1 to 253 lower-case letters, digits, '-' and '.'.");
    }
    if (node.getDevicesCount() == 0 || node.getDevicesCount() > MOST_DEVICES) {
      throw new InvalidMessageException(
          field + ".devices",
          "node '"
              + node.getNodeId()
              + "' has "
              + node.getDevicesCount()
              + " devices; 1 to "
              + MOST_DEVICES
              + " are allowed\nMaybe no driver is installed.");
    }
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < node.getDevicesCount(); i++) {
      Device reported = device(field + ".devices[" + i + "]", node.getNodeId(), node.getDevices(i));
      devices.add(complete.apply(reported));
    }
    try {
      return new Node(
          node.getNodeId(),
          devices,
          figure(
              field + ".network_bandwidth_bytes_per_second",
              node.hasNetworkBandwidthBytesPerSecond(),
              node.getNetworkBandwidthBytesPerSecond()));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, message(e));
    }
  }

  /** Nodes that a caller wants planned on. */
  public static Pool fromProto(PlanPool pool) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < pool.getNodesCount(); i++) {
      nodes.add(fromProto("pool.nodes[" + i + "]", pool.getNodes(i)));
    }
    if (nodes.isEmpty()) {
      throw new InvalidMessageException(
          "pool.nodes", "the pool has no nodes\nMaybe leave pool out to use the live one.");
    }
    try {
      return new Pool(nodes, pool.getSpeedFactorsMap()).withBridges(bridges(pool, nodes));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("pool", message(e));
    }
  }

  private static List<Bridge> bridges(PlanPool pool, List<Node> nodes) {
    TreeSet<String> libraries = new TreeSet<>();
    nodes.forEach(
        node -> node.devices().forEach(device -> libraries.add(device.collectiveLibrary())));
    List<Bridge> bridges = new ArrayList<>();
    for (int i = 0; i < pool.getBridgesCount(); i++) {
      LibraryBridge bridge = pool.getBridges(i);
      String field = "pool.bridges[" + i + "]";
      for (String library : List.of(bridge.getLibrary(), bridge.getOtherLibrary())) {
        if (!libraries.contains(library)) {
          throw new InvalidMessageException(
              field,
              "no device of the pool uses library '"
                  + library
                  + "'\nMaybe one of "
                  + libraries
                  + " is meant.");
        }
      }
      try {
        bridges.add(
            new Bridge(
                bridge.getLibrary(),
                bridge.getOtherLibrary(),
                bridge.getLatencySeconds(),
                bridge.getBytesPerSecond()));
      } catch (IllegalArgumentException e) {
        throw new InvalidMessageException(field, message(e));
      }
    }
    return bridges;
  }

  private static Device device(String field, String nodeId, DeviceCapability d) {
    if (!d.getDeviceId().startsWith(nodeId + "/")) {
      throw new InvalidMessageException(
          field + ".device_id",
          "device id '" + d.getDeviceId() + "' must start with '" + nodeId + "/'");
    }
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    for (int i = 0; i < d.getPeakRatesCount(); i++) {
      PeakRate rate = d.getPeakRates(i);
      String at = field + ".peak_rates[" + i + "]";
      rates.put(
          PrecisionCodec.fromProto(at + ".precision", rate.getPrecision()),
          figure(at + ".ops_per_second", rate.hasOpsPerSecond(), rate.getOpsPerSecond()));
    }
    return new Device(
        d.getDeviceId(),
        nodeId,
        d.getVendor(),
        d.getChip(),
        figure(field + ".memory_bytes", d.hasMemoryBytes(), d.getMemoryBytes()),
        figure(
            field + ".memory_bandwidth_bytes_per_second",
            d.hasMemoryBandwidthBytesPerSecond(),
            d.getMemoryBandwidthBytesPerSecond()),
        rates,
        link(field, d),
        d.getCollectiveLibrary(),
        figure(field + ".price_per_hour_usd", d.hasPricePerHourUsd(), d.getPricePerHourUsd()),
        health(d.getHealth()),
        d.getSimulated());
  }

  private static Figure link(String field, DeviceCapability d) {
    for (int i = 0; i < d.getLinksCount(); i++) {
      Link link = d.getLinks(i);
      if (link.getKind() == LinkKind.LINK_KIND_SCALE_UP
          || link.getKind() == LinkKind.LINK_KIND_PCIE) {
        return figure(
            field + ".links[" + i + "].bandwidth_bytes_per_second",
            link.hasBandwidthBytesPerSecond(),
            link.getBandwidthBytesPerSecond());
      }
    }
    return Figure.UNKNOWN;
  }

  private static Figure figure(
      String field, boolean present, dev.hejin.proto.capability.v1.Figure figure) {
    Provenance provenance =
        switch (figure.getProvenance()) {
          case PROVENANCE_MEASURED -> Provenance.MEASURED;
          case PROVENANCE_DRIVER -> Provenance.DRIVER;
          case PROVENANCE_OPERATOR -> Provenance.OPERATOR;
          case PROVENANCE_CATALOGUE -> Provenance.CATALOGUE;
          case PROVENANCE_ASSUMED -> Provenance.ASSUMED;
          case PROVENANCE_UNSPECIFIED, UNRECOGNIZED -> Provenance.UNKNOWN;
        };
    if (!present || provenance == Provenance.UNKNOWN) {
      return Figure.UNKNOWN;
    }
    if (!(figure.getValue() >= 0) || Double.isInfinite(figure.getValue())) {
      throw new InvalidMessageException(
          field,
          "figure is "
              + figure.getValue()
              + "\nMaybe leave it out when it is not known; figures are finite, not negative.");
    }
    return Figure.of(figure.getValue(), provenance, figure.getSource());
  }

  private static Health health(dev.hejin.proto.capability.v1.Health health) {
    return switch (health) {
      case HEALTH_HEALTHY -> Health.HEALTHY;
      case HEALTH_DEGRADED -> Health.DEGRADED;
      case HEALTH_FAILED -> Health.FAILED;
      case HEALTH_UNSPECIFIED, UNRECOGNIZED -> Health.UNKNOWN;
    };
  }

  /** The node as it goes to callers and into the log. */
  public static NodeCapability toProto(Node node) {
    NodeCapability.Builder builder = NodeCapability.newBuilder().setNodeId(node.id());
    figure(node.networkBandwidthBytesPerSecond())
        .ifPresent(builder::setNetworkBandwidthBytesPerSecond);
    node.devices().forEach(device -> builder.addDevices(toProto(device)));
    return builder.build();
  }

  /** The device as it goes to callers and into the log. */
  public static DeviceCapability toProto(Device d) {
    DeviceCapability.Builder builder =
        DeviceCapability.newBuilder()
            .setDeviceId(d.id())
            .setVendor(d.vendor())
            .setChip(d.chip())
            .setCollectiveLibrary(d.collectiveLibrary())
            .setSimulated(d.simulated())
            .setHealth(
                d.health() == Health.UNKNOWN
                    ? dev.hejin.proto.capability.v1.Health.HEALTH_UNSPECIFIED
                    : dev.hejin.proto.capability.v1.Health.valueOf("HEALTH_" + d.health().name()));
    figure(d.memoryBytes()).ifPresent(builder::setMemoryBytes);
    figure(d.memoryBandwidthBytesPerSecond()).ifPresent(builder::setMemoryBandwidthBytesPerSecond);
    figure(d.pricePerHourUsd()).ifPresent(builder::setPricePerHourUsd);
    figure(d.linkBandwidthBytesPerSecond())
        .ifPresent(
            bandwidth ->
                builder.addLinks(
                    Link.newBuilder()
                        .setKind(LinkKind.LINK_KIND_SCALE_UP)
                        .setBandwidthBytesPerSecond(bandwidth)));
    for (Map.Entry<Precision, Figure> entry : d.peakOpsPerSecond().entrySet()) {
      PeakRate.Builder rate =
          PeakRate.newBuilder().setPrecision(PrecisionCodec.toProto(entry.getKey()));
      figure(entry.getValue()).ifPresent(rate::setOpsPerSecond);
      builder.addPeakRates(rate);
    }
    return builder.build();
  }

  private static java.util.Optional<dev.hejin.proto.capability.v1.Figure> figure(Figure figure) {
    if (!figure.isKnown()) {
      return java.util.Optional.empty();
    }
    return java.util.Optional.of(
        dev.hejin.proto.capability.v1.Figure.newBuilder()
            .setValue(figure.value())
            .setProvenance(
                dev.hejin.proto.capability.v1.Provenance.valueOf(
                    "PROVENANCE_" + figure.provenance().name()))
            .setSource(figure.source())
            .build());
  }

  private static String message(RuntimeException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
