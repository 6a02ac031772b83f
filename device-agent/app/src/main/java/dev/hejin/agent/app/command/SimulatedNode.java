package dev.hejin.agent.app.command;

import dev.hejin.agent.app.config.AgentConfig;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Link;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.model.PeakRate;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.probe.NoEngineDriver;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.SimulationSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * A node of probed devices that take orders by their books alone, as fast as their nameplates say.
 * Every one of them is marked simulated. One whose memory nobody knows takes none.
 */
final class SimulatedNode {
  private static final Logger LOG = Logger.getLogger(SimulatedNode.class);

  /** Truth where nobody knows the figure; the node itself tells that it is unknown. */
  private static final double HIDDEN_LINK_BYTES_PER_SECOND = 32e9;

  private static final double HIDDEN_MEMORY_BYTES_PER_SECOND = 1e12;

  private SimulatedNode() {}

  static DriverOptions.DrivenNode of(
      NodeDescription node, long seed, double timeScale, AgentConfig.Simulation config) {
    List<SimulatedDeviceSpec> specs = new ArrayList<>();
    for (DeviceDescription device : node.devices()) {
      Figure memory = device.memoryBytes();
      if (memory == null) {
        LOG.infof(
            "%s (%s): its memory is unknown, so nothing is loaded on it",
            device.deviceId(), device.chip());
      } else {
        specs.add(spec(node, device, memory, config.storageBytesPerSecond()));
      }
    }
    var settings = new SimulationSettings(seed, timeScale, config.minimumStep().toNanos() / 1e9);
    SimulatedWorld world = new SimulatedWorld(specs, settings);
    Map<String, DeviceDriver> drivers = new TreeMap<>();
    node.devices().forEach(device -> drivers.put(device.deviceId(), new NoEngineDriver()));
    specs.forEach(spec -> drivers.put(spec.deviceId(), world.driver(spec.deviceId())));
    return new DriverOptions.DrivenNode(new LocalNode(marked(node), drivers), world);
  }

  private static SimulatedDeviceSpec spec(
      NodeDescription node, DeviceDescription device, Figure memory, double storageBytesPerSecond) {
    Figure bandwidth = device.memoryBandwidthBytesPerSecond();
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    for (PeakRate rate : device.peakRates()) {
      Figure known = rate.opsPerSecond();
      if (known != null) {
        rates.put(rate.precision(), known.value());
      }
    }
    double link =
        device.links().stream()
            .map(Link::bandwidthBytesPerSecond)
            .mapToDouble(figure -> figure == null ? HIDDEN_LINK_BYTES_PER_SECOND : figure.value())
            .findFirst()
            .orElse(HIDDEN_LINK_BYTES_PER_SECOND);
    return new SimulatedDeviceSpec(
        node.nodeId(),
        device.deviceId(),
        device.vendor() + " " + device.chip(),
        (long) memory.value(),
        bandwidth == null ? HIDDEN_MEMORY_BYTES_PER_SECOND : bandwidth.value(),
        rates,
        link,
        storageBytesPerSecond,
        1);
  }

  private static NodeDescription marked(NodeDescription node) {
    return new NodeDescription(
        node.nodeId(),
        node.devices().stream().map(DeviceDescription::asSimulated).toList(),
        node.networkBandwidthBytesPerSecond(),
        node.labels());
  }
}
