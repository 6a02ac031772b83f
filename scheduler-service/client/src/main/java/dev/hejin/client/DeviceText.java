package dev.hejin.client;

import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Figure;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.Link;
import dev.hejin.proto.capability.v1.LinkKind;
import dev.hejin.proto.capability.v1.PeakRate;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import dev.hejin.proto.inventory.v1.ObservedTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The pool and its nodes as text. */
final class DeviceText {
  private static final double SPEED_TOLERANCE = 0.005;

  private DeviceText() {}

  /** A line of totals and a table. */
  static List<String> devices(List<DeviceStatus> devices) {
    if (devices.isEmpty()) {
      return List.of("no devices have registered", "Maybe the agents are still starting.");
    }
    List<String> lines = new ArrayList<>();
    long nodes = devices.stream().map(DeviceStatus::getNodeId).distinct().count();
    long simulated = devices.stream().filter(d -> d.getCapability().getSimulated()).count();
    lines.add(
        devices.size()
            + " devices on "
            + nodes
            + (nodes == 1 ? " node" : " nodes")
            + (simulated == 0
                ? ""
                : simulated == devices.size()
                    ? ", all simulated"
                    : ", " + simulated + " simulated"));
    lines.add("");
    Figures figures = new Figures();
    lines.addAll(table(devices, figures).lines());
    lines.addAll(figures.legend());
    lines.addAll(reasons(devices));
    return lines;
  }

  /** Why figures are missing, and devices not healthy, not used or not as fast as others. */
  private static List<String> reasons(List<DeviceStatus> devices) {
    List<String> lines = new ArrayList<>();
    if (devices.stream().anyMatch(DeviceStatus::getShardCountUnknown)) {
      lines.add(
          "- not known to the scheduler that answered: it follows, or the node is not connected");
    }
    for (DeviceStatus device : devices) {
      String id = device.getCapability().getDeviceId() + ": ";
      String health = device.getCapability().getHealthReason();
      if (!health.isBlank()) {
        lines.addAll(
            Wrap.text(
                id,
                "  ",
                Names.state(device.getCapability().getHealth(), "HEALTH_") + ": " + health));
      }
      if (!device.getSpeedEvidence().isBlank()) {
        lines.addAll(Wrap.text(id, "  ", device.getSpeedEvidence()));
      }
    }
    return lines;
  }

  private static Table table(List<DeviceStatus> devices, Figures figures) {
    Table table =
        new Table(
            "DEVICE",
            "CHIP",
            "STATE",
            ">USED",
            ">MEMORY",
            ">BANDWIDTH",
            ">BF16",
            ">SPEED",
            ">SHARDS",
            ">STEP");
    for (DeviceStatus device : devices) {
      DeviceCapability capability = device.getCapability();
      table.row(
          capability.getDeviceId(),
          capability.getChip(),
          state(device),
          device.getMemoryUsedUnknown() ? "-" : Units.bytes(device.getMemoryUsedBytes()),
          figures.text(capability.getMemoryBytes(), Units::bytes),
          figures.text(capability.getMemoryBandwidthBytesPerSecond(), Units::bytesPerSecond),
          figures
              .text(rate(capability, Precision.PRECISION_BF16), Units::opsPerSecond)
              .replace("FLOPS", "F"),
          speed(device.getSpeedFactor()),
          device.getShardCountUnknown() ? "-" : Units.count(device.getShardCount()),
          device.getStepSeconds() > 0 ? Units.seconds(device.getStepSeconds()) : "-");
    }
    return table;
  }

  private static Figure rate(DeviceCapability capability, Precision precision) {
    return capability.getPeakRatesList().stream()
        .filter(rate -> rate.getPrecision() == precision)
        .map(PeakRate::getOpsPerSecond)
        .findFirst()
        .orElse(Figure.getDefaultInstance());
  }

  private static String speed(double factor) {
    return Math.abs(factor - 1) < SPEED_TOLERANCE
        ? "1"
        : String.format(Locale.ROOT, "%.2f", factor);
  }

  static String state(DeviceStatus device) {
    String node = Names.state(device.getNodeState(), "NODE_STATE_");
    Health health = device.getCapability().getHealth();
    return health == Health.HEALTH_HEALTHY
        ? node
        : node + " " + Names.state(health, "HEALTH_").replace(Units.UNKNOWN, "health?");
  }

  /** All that is known of one node. */
  static List<String> node(GetNodeResponse response, Instant now) {
    List<String> lines = new ArrayList<>();
    Figures figures = new Figures();
    lines.add(
        "node "
            + response.getCapability().getNodeId()
            + ": "
            + Names.state(response.getState(), "NODE_STATE_")
            + (response.hasLastHeartbeatTime()
                ? ", last heartbeat "
                    + Units.seconds(
                        Math.max(
                            0, now.getEpochSecond() - response.getLastHeartbeatTime().getSeconds()))
                    + " ago"
                : ""));
    lines.add(
        "network "
            + figures.text(
                response.getCapability().getNetworkBandwidthBytesPerSecond(),
                Units::bytesPerSecond));
    if (response.getCapability().getLabelsCount() > 0) {
      lines.addAll(
          Wrap.text(
              "labels ",
              "  ",
              response.getCapability().getLabelsMap().entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(e -> e.getKey() + "=" + e.getValue())
                  .collect(Collectors.joining(" "))));
    }
    lines.add("");
    lines.addAll(table(response.getDevicesList(), figures).lines());
    lines.add("");
    lines.addAll(rates(response.getDevicesList(), figures).lines());
    lines.addAll(figures.legend());
    lines.addAll(reasons(response.getDevicesList()));
    lines.addAll(observed(response.getDevicesList()));
    return lines;
  }

  /** Observed against predicted time of devices that reported; empty when none did. */
  private static List<String> observed(List<DeviceStatus> devices) {
    if (devices.stream().noneMatch(DeviceStatus::hasObservedTime)) {
      return List.of();
    }
    Table table =
        new Table("DEVICE", ">ATTENTION", ">EXPERTS", ">ERROR", ">WINDOWS", "USED BY PLANS");
    for (DeviceStatus device : devices) {
      if (device.hasObservedTime()) {
        ObservedTime time = device.getObservedTime();
        boolean enough = Double.isFinite(time.getRelativeError());
        table.row(
            device.getCapability().getDeviceId(),
            enough ? scale(time.getAttentionScale()) : "-",
            enough ? scale(time.getExpertScale()) : "-",
            enough ? String.format(Locale.ROOT, "%.1f %%", 100 * time.getRelativeError()) : "-",
            Units.count(time.getWindows()),
            time.getBelieved() ? "yes" : "not yet");
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("observed time over predicted time, at the speed that is believed of each device");
    lines.addAll(table.lines());
    return lines;
  }

  private static String scale(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static Table rates(List<DeviceStatus> devices, Figures figures) {
    Table table = new Table("DEVICE", "DRIVER", "LIBRARY", ">LINK", ">PRICE", "PEAK RATES");
    for (DeviceStatus device : devices) {
      DeviceCapability capability = device.getCapability();
      table.row(
          capability.getDeviceId(),
          orUnknown(capability.getDriverVersion()),
          orUnknown(capability.getCollectiveLibrary()),
          capability.getLinksList().stream()
              .filter(link -> link.getKind() == LinkKind.LINK_KIND_SCALE_UP)
              .map(Link::getBandwidthBytesPerSecond)
              .findFirst()
              .map(figure -> figures.text(figure, Units::bytesPerSecond))
              .orElse(Units.UNKNOWN),
          figures.text(
              capability.getPricePerHourUsd(),
              price -> String.format(Locale.ROOT, "$%.2f/h", price)),
          capability.getPeakRatesList().stream()
              .map(
                  rate ->
                      Names.precision(rate.getPrecision())
                          + " "
                          + figures
                              .text(rate.getOpsPerSecond(), Units::opsPerSecond)
                              .replace("FLOPS", "F"))
              .collect(Collectors.joining(", ")));
    }
    return table;
  }

  private static String orUnknown(String text) {
    return text.isBlank() ? Units.UNKNOWN : text;
  }
}
